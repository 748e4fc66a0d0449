"""Tests of the core, in the order of its source."""
