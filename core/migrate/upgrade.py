"""Upgrading: the pending revisions of the installed addons in one transaction, new joins, guards made again."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress

from sqlalchemy import Connection, Engine, event

from core.addon import BASE, Package, in_order
from core.errors import AddonError
from core.i18n import _
from core.migrate import history, indexes, tables
from core.migrate.drift import lacking
from core.migrate.history import Revision
from core.migrate.install import active, known_addons
from core.migrate.loading import Loaded, load
from core.migrate.plan import Plan
from core.migrate.schedule import schedule
from core.migrate.transaction import changing
from core.orm import guards
from core.orm.installed import Record
from core.orm.online import putting_off

#: How a statement begins that changes nothing.
_READING = ("SELECT", "PRAGMA", "SET ", "SHOW")


class _Enough(Exception):
    """Ends a rehearsal: its transaction is rolled back."""


def plan_upgrade(engine: Engine, available: Mapping[str, Package], only: Sequence[str] = ()) -> Plan:
    """What upgrading the installed addons, or `only` some with all they need, to the code's newest will do."""
    with engine.connect() as connection:
        known = known_addons(connection)
        packages, joins = _packages(known, available, only)
        load([*packages, *joins])
        steps = scheduled(connection, packages)
        guarded = _altered_guards(connection, packages)
        late = {p.name: list(indexes.missing(connection, [p])) for p in packages} if not steps else {}
    concerned = [*(step.addon for step in steps), *guarded, *(join.name for join in joins)]
    concerned += [name for name, lacked in late.items() if lacked]
    return Plan(
        _("Upgrade"),
        addons=tuple(dict.fromkeys(concerned)),
        joins=tuple(join.name for join in joins),
        revisions=tuple(f"{step.addon} {step.id} {step.message}" for step in steps),
        guards=tuple(guarded),
        indexes=tuple(name for lacked in late.values() for name in lacked),
        locks=(
            _("Writers wait until it is done; on PostgreSQL the changed tables cannot be read meanwhile."),
        )
        if steps or guarded or joins
        else (),
    )


def upgrade(engine: Engine, available: Mapping[str, Package], only: Sequence[str] = ()) -> list[Revision]:
    """Bring the installed addons, or `only` some, to the code's newest; returns the revisions that ran.

    All of it or nothing: raises AddonError, with everything undone, where a step fails or where the tables then lack
    what the models need. Indexes that migrations put off are made after it (see core.orm.online).
    """
    packages, joins, loaded = _loaded(engine, available, only)
    with changing(engine, moves_rows=True) as connection, putting_off(engine.dialect.name) as later:
        steps = _upgraded(connection, packages, joins, loaded, later)
    indexes.make(engine, [*packages, *joins])
    return steps


def rehearse(engine: Engine, available: Mapping[str, Package], only: Sequence[str] = ()) -> list[str]:
    """The statements that an upgrade runs, from running it and undoing it all; writers wait meanwhile."""
    packages, joins, loaded = _loaded(engine, available, only)
    sent: list[str] = []
    with suppress(_Enough), changing(engine, moves_rows=True) as connection:
        event.listen(connection, "before_cursor_execute", lambda *of: sent.append(of[2]))
        _upgraded(connection, packages, joins, loaded)
        raise _Enough
    return [each for each in sent if not each.lstrip().upper().startswith(_READING)]


def _loaded(
    engine: Engine, available: Mapping[str, Package], only: Sequence[str]
) -> tuple[list[Package], list[Package], Loaded]:
    with engine.connect() as connection:
        known = known_addons(connection)
    packages, joins = _packages(known, available, only)
    return packages, joins, load([*packages, *joins])


def _upgraded(
    connection: Connection,
    packages: Sequence[Package],
    joins: Sequence[Package],
    loaded: Loaded,
    later: Collection[str] = (),
) -> list[Revision]:
    steps = run(connection, packages)
    tables.make(connection, joins, loaded)
    for package in packages:
        tables.renew_record(connection, package, loaded)
    if steps:
        _require_whole(connection, packages, later)
    return steps


def _require_whole(connection: Connection, packages: Sequence[Package], later: Collection[str]) -> None:
    for package in packages:
        missing = lacking(connection, package, later)
        if missing:
            raise AddonError(
                _(
                    "After its migrations the tables of {addon} are not what its models need: {missing}. Everything "
                    "was undone; nothing has changed.",
                    addon=package.name,
                    missing="; ".join(missing),
                )
            )


def run(connection: Connection, packages: Sequence[Package]) -> list[Revision]:
    """Run what is pending of `packages`, fill facets that it made, and make the guards again."""
    steps = scheduled(connection, packages)
    if not steps and not _altered_guards(connection, packages):
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


def _altered_guards(connection: Connection, packages: Sequence[Package]) -> list[str]:
    """The addons whose guards are not what the code declares, though no migration says so."""
    known = known_addons(connection)
    return [p.name for p in packages if guards.drift(connection, p.name, known[p.name].tables)]


def _packages(
    known: Mapping[str, Record], available: Mapping[str, Package], only: Sequence[str]
) -> tuple[list[Package], list[Package]]:
    """The active addons that are upgraded, and the joins that a newer version of them brought."""
    names = active(known)
    idle = [name for name in only if name not in names]
    if idle:
        raise AddonError(
            _("Addon {name} is not in use here. dovetail addons lists those that are.", name=idle[0])
        )
    packages = in_order(only or names or [BASE], available)
    chosen = [package for package in packages if package.name in names]
    return chosen, [] if only else [package for package in packages if package.name not in known]
