"""The anonymous transfer of a structure and the national consolidation of those received (formats.md § 6)."""
