"""Tests of the ingest of machine data."""
