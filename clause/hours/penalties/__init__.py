"""Penalty cases (OPE-06), from detection to the authority's decision, and the difficulties announced in time."""
