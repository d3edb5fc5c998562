"""The portfolio of an authority or of a structure: years, operations, map, comparison, everything in one file (ADR 0026)."""
