"""Reads of candidates: people, contracts, positions, pathways. Each starts from what the viewer sees."""
