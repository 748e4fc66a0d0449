"""Writing and reading 2,000 records: bulk_create, bulk_update, orm_path, read and slope."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from sqlalchemy import delete, select

from benchmarks import floor, plant
from benchmarks.measure import Meter, Row, compared
from benchmarks.plant import RatedItem, StoredItem, principal
from core.base.models import Item, Unit
from core.orm import bulk, query
from core.orm.env import Site, open_env
from core.orm.plan import table_of
from core.orm.tracking import Change, ChangeBatch

RECORDS = 2_000
FORMS = 100


def rows(site: Site, meter: Meter) -> Iterator[Row]:
    """The rows of the table that are about single records and sets of them."""
    clerk = principal(1, scoped=True)
    clear = partial(_clear, site)

    def create(run: int, count: int = RECORDS) -> None:
        given = [plant.values(f"b{run}", n) for n in range(count)]
        with open_env(site, clerk, write=True) as env:
            bulk.create(env, Item, given)

    def bare_create(run: int) -> None:
        floor.create(site.engine, [plant.values(f"f{run}", n) for n in range(RECORDS)])

    ours, bare = meter.take_in_turn(create, bare_create, reset=clear)
    yield compared("bulk_create", f"create {RECORDS} items with two facets and audit", ours, bare, 0.5)
    clear()
    yield _bulk_update(site, meter)
    yield _orm_path(site, meter)
    yield _read(site, meter)
    small, large = meter.take_in_turn(create, lambda run: create(run, 4 * RECORDS), reset=clear)
    yield compared("slope", f"bulk_create at {4 * RECORDS} against {RECORDS}", large, small, 4.5)
    clear()


def _bulk_update(site: Site, meter: Meter) -> Row:
    clerk = principal(1, scoped=True)
    ids = plant.fill(site, "u", RECORDS)

    def change(run: int) -> None:
        given = [{"id": i, "name": f"Ours {run} {n}"} for n, i in enumerate(ids)]
        with open_env(site, clerk, write=True) as env:
            bulk.update(env, Item, given)

    ours, bare = meter.take_in_turn(change, lambda run: floor.update(site.engine, ids, run))
    return compared("bulk_update", f"change {RECORDS} items to distinct values, tracked", ours, bare, 0.4)


def _orm_path(site: Site, meter: Meter) -> Row:
    """What a form does twice: once to create the record, once to save an edit of it."""
    clerk = principal(1, scoped=True)

    def ours(run: int) -> None:
        for n in range(FORMS):
            given = plant.values(f"o{run}", n)
            with open_env(site, clerk, write=True) as env:
                own = {key: value for key, value in given.items() if "." not in key}
                item = Item(**own)
                stored, rated = StoredItem.of(item), RatedItem.of(item)
                stored.lead_days = given["bench_stored_item.lead_days"]  # type: ignore[assignment]  # an int
                stored.reorder_point = given["bench_stored_item.reorder_point"]  # type: ignore[assignment]  # a Decimal
                rated.rating = given["bench_rated_item.rating"]  # type: ignore[assignment]  # an int
                rated.remark = given["bench_rated_item.remark"]  # type: ignore[assignment]  # a str
                env.add(item)
                env.flush()
                item.name = "Edited"
                stored.lead_days = 30
                env.flush()

    def bare(run: int) -> None:
        for n in range(FORMS):
            floor.create_and_save(site.engine, plant.values(f"p{run}", n))

    taken, under = meter.take_in_turn(ours, bare)
    work = f"create and save a record with two facets, {FORMS} times"
    return compared("orm_path", work, taken, under, 2.5)


READ = ("code", "name", "type", "revision", "unit_id", "tracking", "active", "company_id",
        "bench_stored_item.lead_days")  # fmt: skip


def _read(site: Site, meter: Meter) -> Row:
    """Ten values a row: eight fields, a linked name and a facet's field."""
    _clear(site)
    plant.fill(site, "r", RECORDS)
    clerk = principal(1, scoped=True)

    def ours(_run: int) -> None:
        with open_env(site, clerk) as env:
            found = [row for row, _selected in query.read(env, Item, READ)]
        assert len(found) == RECORDS

    item, unit, stored = Item.__table__, Unit.__table__, StoredItem.__table__
    core = (
        select(item.c.id, item.c.version, item.c.code, item.c.name, item.c.type, item.c.revision, item.c.unit_id,
               unit.c.symbol, item.c.tracking, item.c.active, item.c.company_id, stored.c.lead_days)
        .select_from(item.join(stored, stored.c.id == item.c.id).outerjoin(unit, unit.c.id == item.c.unit_id))
        .where(item.c.active, item.c.company_id.in_([1]))
        .order_by(item.c.id)
    )  # fmt: skip

    def bare(_run: int) -> None:
        with site.engine.connect() as connection:
            found = [dict(row) for row in connection.execute(core).mappings()]
        assert len(found) == RECORDS

    work = f"search and read {RECORDS} items, 10 fields, a linked name and a facet's"
    taken, under = meter.take_in_turn(ours, bare, repeat=9)
    return compared("read", work, taken, under, 1.4)


def _clear(site: Site) -> None:
    """Start each run on empty tables; not measured where it matters."""
    with site.engine.begin() as connection:
        for table in (Change, ChangeBatch, StoredItem, RatedItem, Item):
            connection.execute(delete(table_of(table)))
