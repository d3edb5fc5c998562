"""The tables: each a small pure function from facts to ``Table``."""
