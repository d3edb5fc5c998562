"""A long random walk through everything that is done to hours."""
