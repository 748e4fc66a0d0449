"""Tests of the bridge's rules."""
