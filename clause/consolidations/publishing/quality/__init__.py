"""The quality review: what would make a consolidation wrong, each a question put to the database, with where to mend it."""
