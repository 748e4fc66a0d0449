"""Tests of the bridge's messages."""
