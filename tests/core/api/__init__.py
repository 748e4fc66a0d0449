"""Tests of REST and OpenAPI."""
