"""Profiles: a file that says what a site is to be, compared with what it is, and brought about."""
