"""What a company did for insertion: its record over years, and the certificate of a year (ADR 0025)."""
