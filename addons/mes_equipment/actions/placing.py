"""Where equipment stands: what it is part of, and which calendar holds for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from addons.mes_equipment.models import Equipment, StateInterval
from core import Env
from core.base import Site, WorkCenter


@dataclass(frozen=True, slots=True)
class Spot:
    """A work centre in the hierarchy."""

    id: int
    code: str
    name: str
    parent_id: int | None
    calendar_id: int | None
    site_calendar_id: int | None


def spots(env: Env) -> dict[int, Spot]:
    """Every work centre that the person may see."""
    rows = env.session.execute(
        select(
            WorkCenter.id, WorkCenter.code, WorkCenter.name, WorkCenter.parent_id, WorkCenter.calendar_id,
            Site.calendar_id,
        ).join(Site, Site.id == WorkCenter.site_id)
    )  # fmt: skip
    return {row[0]: Spot(*row) for row in rows}


def chain(found: Mapping[int, Spot], equipment_id: int) -> list[Spot]:
    """The equipment and what it is part of, the nearest first."""
    line: list[Spot] = []
    spot = found.get(equipment_id)
    while spot is not None and spot not in line:
        line.append(spot)
        spot = found.get(spot.parent_id) if spot.parent_id is not None else None
    return line


def calendar_of(found: Mapping[int, Spot], equipment_id: int) -> int | None:
    """Its own, else the nearest of what it is part of, else the site's."""
    line = chain(found, equipment_id)
    own = next((spot.calendar_id for spot in line if spot.calendar_id is not None), None)
    return own if own is not None or not line else line[0].site_calendar_id


@dataclass(frozen=True, slots=True)
class Area:
    """What equipment is part of at the top, with that equipment in its order on the floor."""

    spot: Spot
    equipment: Sequence[Spot]


def areas(env: Env, found: Mapping[int, Spot]) -> list[Area]:
    """The floor, in its order: monitored equipment, of which a person bound to workplaces sees theirs alone."""
    asked = select(Equipment.id).where(Equipment.monitored).order_by(Equipment.position, Equipment.id)
    if env.site.access.scope(env.principal, StateInterval, StateInterval, "read") is not None:
        asked = asked.where(Equipment.id.in_(select(StateInterval.equipment_id)))
    by_area: dict[int, list[Spot]] = {}
    for id_ in env.session.scalars(asked):
        if id_ in found:
            by_area.setdefault(chain(found, id_)[-1].id, []).append(found[id_])
    return [Area(found[id_], equipment) for id_, equipment in by_area.items()]
