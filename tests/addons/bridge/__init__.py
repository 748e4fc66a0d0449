"""Tests of addons/bridge."""
