"""Reports as documents to print and send (ADR 0025)."""
