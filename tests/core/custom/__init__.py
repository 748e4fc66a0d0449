"""Tests of core.custom."""
