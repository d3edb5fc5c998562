"""Forms of candidates: people, decisions, contracts, posts, pathways."""
