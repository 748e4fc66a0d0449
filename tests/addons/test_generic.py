"""The generic checks on every addon of this distribution."""

from __future__ import annotations

from core.testing.generic import GenericChecks


class TestBase(GenericChecks):
    addon = "base"


class TestErpSupply(GenericChecks):
    addon = "erp_supply"


class TestMesEquipment(GenericChecks):
    addon = "mes_equipment"
