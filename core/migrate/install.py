"""Installing addons: the schema of their models as they are now, in one transaction, with the joins it completes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, Engine

from core.addon import Package, in_order
from core.errors import AddonError
from core.i18n import _
from core.migrate import tables
from core.migrate.loading import Loaded, load
from core.migrate.plan import Plan
from core.migrate.transaction import changing
from core.orm import installed
from core.orm.installed import AddonState, Record
from core.orm.model import tables_of


def plan_install(engine: Engine, available: Mapping[str, Package], names: Sequence[str]) -> Plan:
    """What installing `names` will do."""
    with engine.connect() as connection:
        known = known_addons(connection)
        wanted = _wanted(known, available, names)
        load(wanted)
        new = [p for p in wanted if p.name not in known]
        filled = _to_fill(connection, known, new)
    return Plan(
        _("Install"),
        addons=tuple(p.name for p in new),
        joins=tuple(p.name for p in new if p.addon.is_join),
        created=tuple(table.name for p in new for table in tables_of(p.name)),
        back_filled=filled,
        locks=(_("Writers wait until it is done; readers do not."),) if new else (),
    )


def install(engine: Engine, available: Mapping[str, Package], names: Sequence[str]) -> list[Package]:
    """Install `names` with all they depend on; returns what was not installed before."""
    with engine.connect() as connection:
        before = known_addons(connection)
    wanted = _wanted(before, available, names)
    loaded = load(wanted)
    new = [p for p in wanted if p.name not in before]
    with changing(engine) as connection:
        _unchanged(before, known_addons(connection))
        tables.make(connection, new, loaded)
    return new


def known_addons(connection: Connection) -> dict[str, Record]:
    """The recorded addons; none in a database that is no site yet."""
    return installed.records(connection) if installed.is_site(connection) else {}


def active(known: Mapping[str, Record]) -> list[str]:
    """The names of the recorded addons that are to be loaded."""
    return [record.name for record in known.values() if record.state is AddonState.INSTALLED]


def load_active(engine: Engine, available: Mapping[str, Package]) -> Loaded:
    """Load the addons that the database says are installed."""
    with engine.connect() as connection:
        return load(active_packages(known_addons(connection), available))


def active_packages(known: Mapping[str, Record], available: Mapping[str, Package]) -> list[Package]:
    """The packages of the installed addons, dependencies first; joins that were not made yet are left out."""
    names = active(known)
    return [package for package in in_order(names, available) if package.name in names]


def _wanted(
    known: Mapping[str, Record], available: Mapping[str, Package], names: Sequence[str]
) -> list[Package]:
    wanted = in_order({*active(known), *names}, available)
    resting = [p for p in wanted if p.name in known and known[p.name].state is not AddonState.INSTALLED]
    asked = [p.name for p in resting if not p.addon.is_join]
    if asked:
        raise AddonError(
            _(
                "{names} is installed but not in use. Nothing has changed; run dovetail addons enable {names}.",
                names=", ".join(asked),
            )
        )
    return [p for p in wanted if p not in resting]


def _unchanged(before: Mapping[str, Record], now: Mapping[str, Record]) -> None:
    if before != now:
        raise AddonError(
            _("Somebody else changed the addons at the same time. Nothing has changed; try again.")
        )


def _to_fill(
    connection: Connection, known: Mapping[str, Record], new: Sequence[Package]
) -> tuple[tuple[str, int], ...]:
    if not known:
        return ()
    made = {table.name for p in new for table in tables_of(p.name)}
    return tuple(
        (table, rows) for p in new for table, rows in tables.facets_to_fill(connection, p.name, made)
    )
