"""Tests of core.audit."""
