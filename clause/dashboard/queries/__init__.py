"""What each role's first page reads: counts and the few rows that ask for an act, in a constant number of queries."""
