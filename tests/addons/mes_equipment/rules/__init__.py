"""Tests of the rules of erp_supply."""
