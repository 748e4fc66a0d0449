"""Which machine fills a role: one at a time, and each in one place."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from addons.mes_equipment.actions import assigning
from addons.mes_equipment.models import AssetAssignment
from core import Env, Forbidden, UserError, ValidationError
from core.base import AssetKind, PhysicalAsset
from tests.addons.mes_equipment.floor import Floor, at, do, machine, one


def _filled(env: Env) -> list[tuple[str, str, bool]]:
    rows = env.session.scalars(select(AssetAssignment).order_by(AssetAssignment.id))
    return [(a.equipment.code, a.asset.code, a.ends_at is None) for a in rows]


def test_another_machine_takes_the_role_and_leaves_its_own(floor: Floor) -> None:
    with floor.env("jonas", minute=0) as env:
        first, second = one(env, PhysicalAsset, code="AS-M-1"), one(env, PhysicalAsset, code="AS-M-2")
        do(env, assigning.assign_asset, machine(env, "M-1"), asset_id=first.id)
        do(env, assigning.assign_asset, machine(env, "M-2"), asset_id=second.id)
    with floor.env("jonas", minute=60) as env:
        second = one(env, PhysicalAsset, code="AS-M-2")
        do(env, assigning.assign_asset, machine(env, "M-1"), asset_id=second.id)

        assert _filled(env) == [("M-1", "AS-M-1", False), ("M-2", "AS-M-2", False), ("M-1", "AS-M-2", True)]
        assert second.work_center_id == machine(env, "M-1").id
        assert one(env, PhysicalAsset, code="AS-M-1").work_center_id is None


def test_a_released_machine_fills_no_role(floor: Floor) -> None:
    with floor.env("jonas", minute=0) as env:
        asset = one(env, PhysicalAsset, code="AS-M-1")
        do(env, assigning.assign_asset, machine(env), asset_id=asset.id)
    with floor.env("jonas", minute=60) as env:
        do(env, assigning.release_asset, machine(env))

        assert _filled(env) == [("M-1", "AS-M-1", False)]


@pytest.mark.parametrize(
    ("role", "asset", "starts", "ends"),
    [
        ("M-1", "AS-M-2", 30, 90),
        ("M-2", "AS-M-1", 30, 90),
        ("M-1", "AS-M-2", -30, None),
        ("M-2", "AS-M-1", 59, 60),
    ],
)
def test_neither_a_role_nor_a_machine_is_taken_twice_at_a_time(
    floor: Floor, role: str, asset: str, starts: float, ends: float | None
) -> None:
    with floor.env() as env:
        _assign(env, "M-1", "AS-M-1", 0, 60)

        with pytest.raises(UserError, match="taken at that time"):
            _assign(env, role, asset, starts, ends)


def test_one_may_follow_when_the_other_ends(floor: Floor) -> None:
    with floor.env() as env:
        _assign(env, "M-1", "AS-M-1", 0, 60)
        _assign(env, "M-1", "AS-M-2", 60, None)

        assert len(_filled(env)) == 2


def _assign(env: Env, role: str, asset: str, starts: float, ends: float | None) -> None:
    here = machine(env, role)
    env.add(
        AssetAssignment(
            company_id=here.company_id, equipment_id=here.id, asset_id=one(env, PhysicalAsset, code=asset).id,
            starts_at=at(starts), ends_at=None if ends is None else at(ends),
        )
    )  # fmt: skip
    env.flush()


def test_a_gauge_fills_no_role(floor: Floor) -> None:
    with floor.env() as env:
        gauge = PhysicalAsset(
            code="G-1", name="Gauge", kind=AssetKind.GAUGE, company_id=machine(env).company_id
        )
        env.add(gauge)
        env.flush()

        with pytest.raises(ValidationError, match="no machine"):
            do(env, assigning.assign_asset, machine(env), asset_id=gauge.id)


def test_a_team_leader_assigns_no_machine(floor: Floor) -> None:
    with floor.env("amina") as env, pytest.raises(Forbidden):
        do(env, assigning.assign_asset, machine(env), asset_id=one(env, PhysicalAsset, code="AS-M-1").id)
