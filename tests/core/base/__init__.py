"""Tests of base, laid out as the source."""
