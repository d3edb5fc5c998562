"""Quality review, publication, and what differs since (docs/adr/0023-publication.md)."""
