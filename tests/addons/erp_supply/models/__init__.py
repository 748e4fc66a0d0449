"""Tests of the models of erp_supply."""
