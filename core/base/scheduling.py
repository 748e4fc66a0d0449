"""What addons do by the clock, shipped as rows that a site may change."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from core import i18n
from core.base import seeding
from core.base.seed import language
from core.base.settings import value
from core.jobs.recurring import Recurring
from core.jobs.schedule import Schedule

if TYPE_CHECKING:
    from core.addon import Package
    from core.orm.env import Env


def ship(env: Env, package: Package) -> None:
    """Bring the schedules that an addon declares up to date; what the site changed of them stays."""
    with i18n.speaking(value(env, language)):
        rows = _rows(package)
    if rows:
        seeding.ship(env, package.name, Schedule, rows, by="name")


def _rows(package: Package) -> dict[str, seeding.Row]:
    return {
        each.name: {
            "name": each.name, "title": str(each.label), "task": each.task.name, "addon": package.name,
            "cron": each.cron, "zone": each.zone, "payload": dict(each.payload),
        }
        for each in declared(package)
    }  # fmt: skip


def declared(package: Package) -> Iterator[Recurring]:
    """The lists `schedules` in the addon's actions."""
    for module in package.modules("actions"):
        yield from getattr(module, "schedules", ())
