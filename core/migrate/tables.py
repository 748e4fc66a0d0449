"""What an addon leaves in a database: its tables, facet rows, guards, version and record."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from sqlalchemy import Connection, Table, exists, func, insert, select

from core import clock
from core.addon import Package
from core.migrate import history
from core.migrate.loading import Loaded, guarded_models
from core.orm import guards, installed
from core.orm.facet import Facet
from core.orm.installed import AddonState
from core.orm.model import Base, models, tables_of
from core.orm.trigram import create_accelerators, drop_accelerators


def make(connection: Connection, packages: Sequence[Package], loaded: Loaded) -> None:
    """Make the schema of `packages` as their models are now, fill it for the records that exist, and record it."""
    owned = [table for package in packages for table in tables_of(package.name)]
    Base.metadata.create_all(connection, tables=owned, checkfirst=False)
    for package in packages:
        history.stamp(connection, package)
        complete(connection, package.name)
        record(connection, package, loaded)


def complete(connection: Connection, addon: str) -> None:
    """Make what stands beside the tables of `addon`: facets of records that exist, guards, accelerators."""
    back_fill(connection, addon)
    guards.create(connection, addon)
    create_accelerators(connection, tables_of(addon))


def strip(connection: Connection, owned: Sequence[str]) -> None:
    """Take away what stands beside the tables `owned`: before migrations, which rebuild them, and before a purge."""
    guards.drop(connection, owned)
    drop_accelerators(connection, owned)


def record(connection: Connection, package: Package, loaded: Loaded) -> None:
    """Note that the database holds `package` from now on."""
    values = _record(connection, package, loaded) | {"installed_at": clock.now()}
    connection.execute(insert(installed.TABLE), values)


def renew_record(connection: Connection, package: Package, loaded: Loaded) -> None:
    """Note what an upgrade or the enabling of `package` changed."""
    changed = _record(connection, package, loaded)
    connection.execute(installed.TABLE.update().where(installed.TABLE.c.name == package.name).values(changed))


def set_state(connection: Connection, names: Sequence[str], state: AddonState, reason: str = "") -> None:
    """Record what has become of the addons `names`."""
    of_names = installed.TABLE.c.name.in_(names)
    connection.execute(installed.TABLE.update().where(of_names).values(state=state, reason=reason))


def dense_facets(addon: str) -> Iterator[type[Facet]]:  # type: ignore[type-arg]  # of any model
    """The facets of `addon` that every record has."""
    for model in models():
        facet = model.facets.get(addon)
        if facet is not None and not facet.sparse:
            yield facet


def back_fill(connection: Connection, addon: str) -> None:
    """Make the facets that records lack since they were made without the addon."""
    for facet in dense_facets(addon):
        record, own = _tables_of_facet(facet)
        without = select(record.c.id).where(~exists().where(own.c.id == record.c.id))
        connection.execute(insert(own).from_select(["id"], without))


def facets_to_fill(connection: Connection, addon: str, new: Collection[str]) -> Iterator[tuple[str, int]]:
    """The facet tables of `addon` and how many rows `back_fill` will make; the tables in `new` are still to come."""
    for facet in dense_facets(addon):
        record, own = _tables_of_facet(facet)
        if record.name not in new:
            lacking = () if own.name in new else (~exists().where(own.c.id == record.c.id),)
            rows = select(func.count()).select_from(record).where(*lacking)
            yield own.name, connection.scalar(rows) or 0


def _tables_of_facet(facet: type[Facet]) -> tuple[Table, Table]:  # type: ignore[type-arg]  # of any model
    tables = Base.metadata.tables
    return tables[str(facet.model.__tablename__)], tables[str(facet.__tablename__)]


def _record(connection: Connection, package: Package, loaded: Loaded) -> dict[str, object]:
    return {
        "name": package.name,
        "state": AddonState.INSTALLED,
        "version": package.version,
        "revision": history.current(connection, package),
        "needs": list(package.needs),
        "tables": [table.name for table in tables_of(package.name)],
        "guards": guarded_models(package, loaded),
        "reason": "",
    }
