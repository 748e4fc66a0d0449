"""A writer on a floor: readings go through a spool, and what came of them is looked at in the tables."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import select

from addons.mes_equipment.ingest.following import microseconds
from addons.mes_equipment.ingest.spool import Spool
from addons.mes_equipment.ingest.writing import READINGS, SOURCE, Writer
from addons.mes_equipment.models import (
    Equipment,
    EquipmentState,
    Latest,
    RollupMinute,
    StateMap,
    StateMapLine,
    Tag,
    Telemetry,
)
from addons.mes_equipment.rules.reading import Quality, Value
from core.base import WorkCenter
from core.orm.env import Principal, open_env
from tests.addons.mes_equipment.floor import Floor, one

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
NODE = "Plant/Edge"
MILL = f"{NODE}/Mill"
SECOND = 1_000_000


class Plant:
    """Time is told in seconds after noon."""

    def __init__(self, floor: Floor, folder: Path) -> None:
        self.floor = floor
        self.folder = folder
        with open_env(floor.site) as env:
            company = one(env, WorkCenter, code="M-1").company_id
        self.principal = Principal(company_id=company)
        self._spool = Spool(folder)

    def writer(self) -> Writer:
        """A writer as it starts."""
        made = Writer(partial(open_env, self.floor.site), self.principal, self.folder, "test")
        made.load()
        return made

    def tag(self, name: str, **values: object) -> int:
        """A tag of the mill."""
        with open_env(self.floor.site, self.principal, write=True) as env:
            address = f"{MILL}/{name}"
            tag = Tag(company_id=self.principal.company_id, path=address, address=address, **values)
            env.add(tag)
            env.flush()
            return tag.id

    def machine(self, **states: EquipmentState) -> int:
        """The id of M-1, whose control's states are read so."""
        with open_env(self.floor.site, self.principal, write=True) as env:
            mapped = StateMap(code="MTC", name="MTConnect", company_id=self.principal.company_id)
            mapped.lines = [
                StateMapLine(position=i, raw=raw, state=state)
                for i, (raw, state) in enumerate(states.items())
            ]
            env.add(mapped)
            env.flush()
            machine = one(env, WorkCenter, code="M-1")
            Equipment.of(machine).state_map_id = mapped.id
            return machine.id

    def say(
        self, name: str, second: float, value: Value, *, historical: bool = False, arrived: float | None = None,
        quality: int = Quality.GOOD,
    ) -> None:  # fmt: skip
        """A reading comes."""
        at = us(second)
        reading = [f"{MILL}/{name}", at, value, quality, historical]
        self._spool.append(
            [[READINGS, "sparkplug", NODE, 1, at if arrived is None else us(arrived), [reading]]]
        )

    def source(self, source: str, second: float, *, online: bool) -> None:
        """A source comes or goes."""
        self._spool.append([[SOURCE, source, online, 1, us(second)]])

    def write(self) -> None:
        """A writer starts, takes over what lies in the spool, and ends."""
        writer = self.writer()
        writer.run(lambda: True)

    def stored(self, tag: int) -> list[tuple[float, float | None]]:
        """Seconds and values."""
        with open_env(self.floor.site) as env:
            asked = (
                select(Telemetry.at, Telemetry.value).where(Telemetry.source_id == tag).order_by(Telemetry.at)
            )
            return [(seconds(at), value) for at, value in env.session.execute(asked)]

    def latest(self, tag: int) -> tuple[float | None, float | str | None, int]:
        """Seconds, value and quality of the tile."""
        with open_env(self.floor.site) as env:
            row = env.session.execute(
                select(Latest.at, Latest.value, Latest.text, Latest.quality).where(Latest.source_id == tag)
            ).one()
        return (None if row[0] is None else seconds(row[0]), row[1] if row[2] is None else row[2], row[3])

    def minutes(self, tag: int) -> list[dict[str, Any]]:  # Any: of each column's type
        """The summaries by minute."""
        with open_env(self.floor.site) as env:
            asked = (
                select(*RollupMinute.__table__.c)
                .where(RollupMinute.source_id == tag)
                .order_by(RollupMinute.at)
            )
            return [dict(row._mapping) for row in env.session.execute(asked)]


def us(second: float) -> int:
    return microseconds(NOON) + round(second * SECOND)


def seconds(at: datetime) -> float:
    return (at - NOON) / timedelta(seconds=1)
