"""Anonymised copies of sites, for tests and training: what is personal is replaced, and nothing leaves them."""
