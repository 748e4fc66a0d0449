"""Tests of the addons, mirroring their source."""
