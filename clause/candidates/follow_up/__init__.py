"""What became of people after a contract of the clause (OPE-10), and the qualifications they began and obtained."""
