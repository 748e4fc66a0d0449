"""Tests of what may be done with records of base."""
