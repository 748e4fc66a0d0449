"""What a page of figures is asked for by its address: where on the floor, from which day to which."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from flask import request

from addons.mes_equipment.actions.placing import Area, areas, spots
from core import Env, NotFound, UserError, _
from core.web.parts import Option, Switch, Words
from core.web.request import reader
from core.web.typed import day
from core.web.urls import with_query

#: Days of a period at most: what a page can show of a year is not read by a person.
MOST_DAYS = 100
_WEEK = 7


@dataclass(frozen=True)
class Asked:
    """A place and a period, and the floor that they were chosen from."""

    url: str
    first: date
    last: date
    #: The id of an area or of equipment; 0 for all of it.
    place: int
    floor: Sequence[Area]

    @property
    def equipment_ids(self) -> list[int]:
        return [
            spot.id for area in self.floor for spot in area.equipment if self.place in (0, area.spot.id, spot.id)
        ]  # fmt: skip

    @property
    def labels(self) -> dict[int, str]:
        return {spot.id: spot.code for area in self.floor for spot in area.equipment}

    @property
    def options(self) -> Iterator[Option]:
        """All of the floor, each area, and what is in it."""
        yield Option("", _("All equipment"), not self.place)
        for area in self.floor:
            yield Option(str(area.spot.id), area.spot.name, self.place == area.spot.id)
            for spot in area.equipment:
                label = f"\N{EN SPACE}{spot.code} {spot.name}"
                yield Option(str(spot.id), label, self.place == spot.id)

    @property
    def periods(self) -> Iterator[Switch]:
        """Periods that end today, to choose with one press."""
        today = reader().today
        for label, first, last in (
            (_("Today"), today, today),
            (_("Yesterday"), today - timedelta(days=1), today - timedelta(days=1)),
            (_("7 days"), today - timedelta(days=6), today),
            (_("28 days"), today - timedelta(days=27), today),
        ):
            url = self.link(**{"from": first.isoformat(), "to": last.isoformat()})
            yield Switch(label, url, (self.first, self.last) == (first, last))

    @property
    def text(self) -> Words:
        if self.first == self.last:
            return reader().day(self.first, weekday=True)
        return _("{first} to {last}", first=reader().day(self.first), last=reader().day(self.last))

    def link(self, url: str = "", **changed: str) -> str:
        """The address of this page, or of another about the same place and period."""
        own = {"in": str(self.place or ""), "from": self.first.isoformat(), "to": self.last.isoformat()}
        kept = {} if url else {name: request.args.get(name, "") for name in ("by", "loss")}
        return with_query(url or self.url, {**kept, **own, **changed}.items())


def asked(env: Env, url: str) -> Asked:
    """What the address says, a week up to today unless it says otherwise; raises UserError for what is no day."""
    floor = areas(env, spots(env))
    last = _day("to", reader().today)
    first = _day("from", last - timedelta(days=_WEEK - 1))
    if not 0 <= (last - first).days < MOST_DAYS:
        raise UserError(_("Choose a period of 1 to {most} days.", most=MOST_DAYS))
    return Asked(url, first, last, chosen_place(floor), floor)


def chosen_place(floor: Sequence[Area]) -> int:
    """The id that the address names, if it is on the person's floor; 0 for all of it. Raises NotFound."""
    text = request.args.get("in", "")
    known = {area.spot.id for area in floor} | {spot.id for area in floor for spot in area.equipment}
    if text and (not text.isdecimal() or int(text) not in known):
        raise NotFound(_("There is no such equipment."))
    return int(text or 0)


def _day(name: str, otherwise: date) -> date:
    text = request.args.get(name, "")
    return day(reader(), text) if text else otherwise
