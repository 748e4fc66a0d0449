"""Upgrading: the pending revisions of all installed addons in one transaction, with new joins and guards made again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, Engine

from core.addon import BASE, Package, in_order
from core.i18n import _
from core.migrate import history, tables
from core.migrate.history import Revision
from core.migrate.install import active, known_addons
from core.migrate.loading import load
from core.migrate.plan import Plan
from core.migrate.schedule import schedule
from core.migrate.transaction import changing
from core.orm.installed import Record


def plan_upgrade(engine: Engine, available: Mapping[str, Package]) -> Plan:
    """What upgrading the installed addons to the code's newest will do."""
    with engine.connect() as connection:
        known = known_addons(connection)
        packages = _packages(known, available)
        steps = scheduled(connection, [p for p in packages if p.name in known])
    joins = [p.name for p in packages if p.name not in known]
    concerned = list(dict.fromkeys([*(step.addon for step in steps), *joins]))
    return Plan(
        _("Upgrade"),
        addons=tuple(concerned),
        joins=tuple(joins),
        revisions=tuple(f"{step.addon} {step.id} {step.message}" for step in steps),
        locks=(
            _("Writers wait until it is done; on PostgreSQL the changed tables cannot be read meanwhile."),
        ),
    )


def upgrade(engine: Engine, available: Mapping[str, Package]) -> list[Revision]:
    """Bring the installed addons to the code's newest; returns the revisions that ran."""
    with engine.connect() as connection:
        known = known_addons(connection)
    packages = _packages(known, available)
    loaded = load(packages)
    old = [p for p in packages if p.name in known]
    with changing(engine, moves_rows=True) as connection:
        steps = run(connection, old)
        tables.make(connection, [p for p in packages if p.name not in known], loaded)
        for package in old:
            tables.renew_record(connection, package, loaded)
    return steps


def run(connection: Connection, packages: Sequence[Package]) -> list[Revision]:
    """Run what is pending of `packages`, fill facets that it made, and make the guards again."""
    steps = scheduled(connection, packages)
    if not steps:
        return []
    by_name = {package.name: package for package in packages}
    known = known_addons(connection)
    tables.strip(connection, [table for name in by_name for table in known[name].tables])
    for step in steps:
        history.step_up(connection, by_name[step.addon], step.id)
    for package in packages:
        tables.complete(connection, package.name)
    return steps


def scheduled(connection: Connection, packages: Sequence[Package]) -> list[Revision]:
    """The pending revisions of `packages` in the order in which they must run."""
    pending = {package.name: history.pending(connection, package) for package in packages}
    if not any(pending.values()):
        return []
    done = {
        package.name: [step.id for step in history.revisions(package) if step not in pending[package.name]]
        for package in packages
    }
    return schedule(pending, done, {package.name: package.needs for package in packages})


def _packages(known: Mapping[str, Record], available: Mapping[str, Package]) -> list[Package]:
    """The active addons and the joins that a newer version brought."""
    names = active(known)
    return [p for p in in_order(names or [BASE], available) if p.name in names or p.name not in known]
