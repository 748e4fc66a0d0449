"""Who works on the floor of the example, and what stands on it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from sqlalchemy import select

from addons.mes_equipment.models import (
    AssetAssignment,
    Equipment,
    EquipmentState,
    ShiftInstance,
    StateMap,
    equipment_engineer,
    operator,
    team_leader,
    viewer,
)
from core import Env, _, bulk, now
from core.base import PhysicalAsset, User, UserRole, WorkCenter

_ROLES = {"jonas": team_leader, "idris": equipment_engineer, "amina": operator, "nils": viewer}


@dataclass(frozen=True, slots=True)
class Machine:
    """A machine of the example, and what it does at this moment."""

    code: str
    map: str
    cycle: int
    #: The items that it makes.
    makes: tuple[str, ...]
    operation: str
    #: What it does now, since how many minutes, why, and for which order.
    state: EquipmentState
    minutes: float
    reason: str = ""
    order: str = ""


S = EquipmentState
_MILLED = ("VB-210", "MB-1180", "VB-310", "VB-160", "MB-640")
#: In their order on the floor.
MACHINES = (
    Machine("M-401", "MTCONNECT", 300, ("VB-310", *_MILLED), "10", S.SETUP, 64, "", "WO-26-1187"),
    Machine("M-402", "MTCONNECT", 180, ("MB-1180", *_MILLED), "20", S.RUN, 38, "", "WO-26-1190"),
    Machine("M-403", "MTCONNECT", 300, ("MB-1180", *_MILLED), "10", S.DOWN, 23.7, "TECH-MECH", "WO-26-1174"),
    Machine("M-404", "MTCONNECT", 280, ("VB-160", *_MILLED), "10", S.RUN, 22, "", "WO-26-1178"),
    Machine("S-01", "PACKML", 60, ("EP-46", "EP-45"), "10", S.SETUP, 42, "", "WO-26-1195"),
    Machine("H-01", "PACKML", 95, ("VB-210", "VB-310"), "30", S.IDLE, 2),
    Machine("W-01", "OPC-40001", 40, ("MB-640", "VB-160"), "40", S.UNKNOWN, 3, "", "WO-26-1171"),
    Machine("A-01", "PACKML", 420, ("VB-210", "VB-310"), "50", S.RUN, 51, "", "WO-26-1166"),
    Machine("A-02", "PACKML", 420, ("VB-210", "VB-160"), "50", S.STARVED, 6.25, "WAIT-MAT", "WO-26-1169"),
    Machine("CMM-1", "OPC-40001", 600, ("VB-160", "MB-640"), "60", S.RUN, 21, "", "WO-26-1158"),
)  # fmt: skip


def people(env: Env) -> None:
    """Who works, leads and keeps the machines."""
    users = {row.login: row.id for row in env.session.execute(select(User.login, User.id))}
    rows = [{"user_id": users[login], "role": role.name} for login, role in _ROLES.items() if login in users]
    bulk.create(env, UserRole, rows)


def machines(env: Env) -> dict[str, int]:
    """Have Kestrel's machines monitored, with the assets that fill their roles; their ids by code."""
    maps = {row.code: row.id for row in env.session.execute(select(StateMap.code, StateMap.id))}
    wanted = {machine.code: (place, machine) for place, machine in enumerate(MACHINES, start=1)}
    found = env.session.scalars(select(WorkCenter).where(WorkCenter.code.in_(wanted))).all()
    for center in found:
        place, machine = wanted[center.code]
        equipment = Equipment.of(center)
        equipment.monitored, equipment.position = True, place * 10
        equipment.state_map_id, equipment.cycle_seconds = maps[machine.map], Decimal(machine.cycle)
    env.flush()
    _assets(env)
    return {center.code: center.id for center in found}


def monitored(env: Env) -> dict[str, int]:
    """The ids by code of the example's machines that are still monitored."""
    rows = env.session.execute(
        select(WorkCenter.code, WorkCenter.id)
        .join(Equipment, Equipment.id == WorkCenter.id)
        .where(WorkCenter.code.in_([m.code for m in MACHINES]), Equipment.monitored)
    )
    return {row.code: row.id for row in rows}


def shift_now(env: Env, ids: Mapping[str, int]) -> None:
    """The example is alive at night and on Sunday too: where no shift runs, an extra one does, between the others."""
    at = now().replace(minute=0, second=0, microsecond=0)
    shifts = env.session.execute(
        select(ShiftInstance.equipment_id, ShiftInstance.starts_at, ShiftInstance.ends_at)
    ).all()
    company = company_of(env, ids)
    rows = []
    for id_ in ids.values():
        own = [(starts, ends) for equipment, starts, ends in shifts if equipment == id_]
        if any(starts <= now() < ends for starts, ends in own):
            continue
        begins = max([at - timedelta(hours=4), *(ends for _starts, ends in own if ends <= now())])
        stops = min([at + timedelta(hours=4), *(starts for starts, _ends in own if starts > now())])
        rows.append(
            {
                "company_id": company, "equipment_id": id_, "day": begins.date(), "name": str(_("Extra shift")),
                "starts_at": begins, "ends_at": stops,
            }
        )  # fmt: skip
    bulk.create(env, ShiftInstance, rows)


def company_of(env: Env, ids: Mapping[str, int]) -> int | None:
    """The company whose machines they are."""
    return env.session.scalar(select(WorkCenter.company_id).where(WorkCenter.id.in_(ids.values())).limit(1))


def _assets(env: Env) -> None:
    """Each machine fills its role since before the history begins."""
    rows = env.session.execute(
        select(PhysicalAsset.id, PhysicalAsset.work_center_id, PhysicalAsset.company_id)
        .join(WorkCenter, WorkCenter.id == PhysicalAsset.work_center_id)
        .where(WorkCenter.code.in_([m.code for m in MACHINES]), PhysicalAsset.kind == "machine")
    )
    since = now().replace(microsecond=0) - timedelta(days=400)
    bulk.create(
        env,
        AssetAssignment,
        [
            {"company_id": company, "equipment_id": place, "asset_id": asset, "starts_at": since}
            for asset, place, company in rows
        ],
    )
