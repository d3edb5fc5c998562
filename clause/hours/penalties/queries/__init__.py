"""Reads of penalty cases and difficulties."""
