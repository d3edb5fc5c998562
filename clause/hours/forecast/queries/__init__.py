"""Reads of the forecast: a constant number of queries, whatever the number of markets."""
