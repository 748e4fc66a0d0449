"""Tests of erp_supply, mirroring its source."""
