"""The generic checks on every addon of this distribution."""

from __future__ import annotations

from core.testing.generic import GenericChecks


class TestBase(GenericChecks, addon="base"): ...


class TestBridge(GenericChecks, addon="bridge"): ...


class TestBridgeErp(GenericChecks, addon="bridge.erp"): ...


class TestBridgeMes(GenericChecks, addon="bridge.mes"): ...


class TestErpSupply(GenericChecks, addon="erp_supply"): ...


class TestMesEquipment(GenericChecks, addon="mes_equipment"): ...
