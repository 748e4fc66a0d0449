"""Tests of the actions of erp_supply."""
