"""Tests of core.views."""
