"""Disabling hides an addon and keeps its data; enabling brings it back, its history and facets caught up."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Engine

from core.addon import BASE, Package, in_order
from core.errors import AddonError
from core.i18n import _
from core.migrate import tables, upgrade
from core.migrate.install import active, known_addons
from core.migrate.loading import load
from core.migrate.plan import Plan
from core.migrate.transaction import changing
from core.orm import installed
from core.orm.installed import AddonState, Record


def concerned(
    known: Mapping[str, Record], name: str, *, include_dependants: bool
) -> tuple[list[str], list[str]]:
    """The addons that go with `name`, the furthest dependant first, and those of them that are no joins.

    A join goes with any of its partners without being asked; another dependant must be included.
    """
    if name not in known:
        raise AddonError(_("Addon {name} is not installed. dovetail addons lists those that are.", name=name))
    if name == BASE:
        raise AddonError(_("Base carries everything else and stays. Nothing has changed."))
    found = installed.dependants(name, known)
    others = [n for n in found if "." not in n]
    if others and not include_dependants:
        raise AddonError(
            _(
                "{others} needs {name}. Nothing has changed; take it along with --with-dependants, or first alone.",
                others=", ".join(others),
                name=name,
            )
        )
    return [*reversed(found), name], others


def plan_disable(engine: Engine, name: str, *, include_dependants: bool = False) -> Plan:
    """What disabling `name` will do."""
    with engine.connect() as connection:
        names, others = concerned(known_addons(connection), name, include_dependants=include_dependants)
    return Plan(
        _("Disable"), tuple(names), joins=tuple(n for n in names if "." in n), dependants=tuple(others),
        locks=(_("Their data stays. Running servers refuse to write until they are restarted."),),
    )  # fmt: skip


def disable(engine: Engine, name: str, *, include_dependants: bool = False) -> list[str]:
    """Take `name` out of use with its joins and, if they are included, its dependants; returns their names."""
    with changing(engine) as connection:
        names, _others = concerned(known_addons(connection), name, include_dependants=include_dependants)
        tables.set_state(connection, names, AddonState.DISABLED)
    return names


def plan_enable(engine: Engine, available: Mapping[str, Package], name: str) -> Plan:
    """What enabling `name` will do."""
    with engine.connect() as connection:
        known = known_addons(connection)
        coming, packages = _coming(known, available, name)
        load(packages)
        steps = upgrade.scheduled(connection, [p for p in packages if p.name in known])
        filled = tuple(row for p in coming for row in tables.facets_to_fill(connection, p.name, ()))
    return Plan(
        _("Enable"),
        tuple(p.name for p in coming),
        joins=tuple(p.name for p in coming if p.addon.is_join),
        back_filled=filled,
        revisions=tuple(f"{step.addon} {step.id} {step.message}" for step in steps),
    )


def enable(engine: Engine, available: Mapping[str, Package], name: str) -> list[str]:
    """Bring `name` back with the disabled addons it needs and its joins; returns their names."""
    with engine.connect() as connection:
        known = known_addons(connection)
    coming, packages = _coming(known, available, name)
    loaded = load(packages)
    with changing(engine, moves_rows=True) as connection:
        upgrade.run(connection, [p for p in packages if p.name in known])
        for package in coming:
            tables.back_fill(connection, package.name)
            tables.renew_record(connection, package, loaded)
    return [package.name for package in coming]


def _coming(
    known: Mapping[str, Record], available: Mapping[str, Package], name: str
) -> tuple[list[Package], list[Package]]:
    """The packages that come back into use, and all that will be in use then."""
    if name not in known:
        raise AddonError(
            _("Addon {name} is not installed. dovetail addons install {name} installs it.", name=name)
        )
    before = active(known)
    wanted = [p for p in in_order({*before, name}, available) if p.name in known]
    return [p for p in wanted if p.name not in before], wanted
