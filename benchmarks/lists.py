"""Lists over a million rows: list_index, list_facet, list_two_companies and list_contains."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, Engine, Select, Table, event, func, literal, or_, select, text

from benchmarks.measure import Meter, Row, Taken
from benchmarks.plant import StoredItem, principal
from core.base.models import Item, Unit
from core.orm import query
from core.orm.condition import where
from core.orm.env import Principal, Site, open_env
from core.orm.hint import unindexed
from core.orm.trigram import SUFFIX, create_accelerators

SHOWN = 80
FIELDS = ("code", "name", "type", "revision", "unit_id", "tracking", "active", "company_id",
          "bench_stored_item.lead_days")  # fmt: skip
MOST_STATEMENTS = 6
MOST_OVER_MS = 12
MOST_TIMES = 3


def rows(site: Site, meter: Meter, count: int) -> Iterator[Row]:
    """The rows of the table that are about long lists."""
    populate(site.engine, count)
    one, two = principal(1, scoped=False), principal(2, scoped=False)
    ours = _list(site, meter, one, "name")
    yield _row(
        "list_index", f"list of {count:,} rows by an indexed field", ours, _bare(site, meter, (1,), "name")
    )
    facet = "bench_stored_item.lead_days"
    by_facet = _list(site, meter, one, facet)
    yield _row("list_facet", "the same by a facet's field", by_facet, _bare(site, meter, (1,), facet))
    both = _list(site, meter, two, "name")
    row = _row(
        "list_two_companies", "the same as a user of two companies", both, _bare(site, meter, (1, 2), "name")
    )
    times = both.wall / ours.wall
    bar = f"{row.bar}, wall at most {MOST_TIMES} times one company's (is {times:.2f})"
    yield replace(row, met=row.met and times <= MOST_TIMES, bar=bar)
    yield _contains(site, meter, one)


def populate(engine: Engine, count: int) -> None:
    """`count` items of two companies with their facet, written by the database itself; indexes last."""
    item, stored = _table(Item), _table(StoredItem)
    with engine.begin() as connection:
        without = [index for table in (item, stored) for index in table.indexes]
        for index in without:
            index.drop(connection, checkfirst=True)
        first = connection.scalar(select(func.coalesce(func.max(Item.id), 0))) or 0
        for statement in _series(connection, first, count):
            connection.execute(text(statement))
        for index in without:
            index.create(connection)
        create_accelerators(connection, [item])
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))


def _series(connection: Connection, first: int, count: int) -> Iterator[str]:
    sqlite = connection.dialect.name == "sqlite"
    series = (
        f"WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < {count})"  # noqa: S608 -- a number
        if sqlite else f"WITH s AS (SELECT generate_series(1, {count})::bigint AS n)"
    )  # fmt: skip
    shuffled = f"(n * 7919) % {count}"
    yes = "1" if sqlite else "true"
    yield f"""
        INSERT INTO base_item (id, company_id, code, name, type, revision, unit_id, tracking, active, version)
        {series} SELECT {first} + n, 1 + n % 2, 'L' || n, 'Valve block ' || ({shuffled}), 'material', 'A', 1, 'none',
        {yes}, 1 FROM s"""  # noqa: S608 -- numbers
    yield f"""
        INSERT INTO bench_stored_item (id, lead_days, reorder_point)
        {series} SELECT {first} + n, ({shuffled}) % 365, 0 FROM s"""  # noqa: S608 -- numbers


def _list(site: Site, meter: Meter, who: Principal, sort: str) -> Taken:
    def work(_run: int) -> None:
        with open_env(site, who) as env:
            page = query.page(env, Item, FIELDS, sort=(sort,), limit=SHOWN)
            query.count(env, Item)
        assert len(page.rows) == SHOWN

    return meter.take(work, 9)


def _bare(site: Site, meter: Meter, companies: tuple[int, ...], sort: str) -> Taken:
    return _take(site, meter, *_bare_statements(companies, sort))


def _bare_statements(
    companies: tuple[int, ...], sort: str
) -> tuple[Select[Any], Select[Any]]:  # Any: columns
    item, unit, stored = (_table(model) for model in (Item, Unit, StoredItem))
    company = unindexed(item.c.company_id)  # the best that SQLite can do, for it and for us
    seen = or_(company.in_(companies), company.is_(None))
    keys = (item.c.name, item.c.id) if sort == "name" else (stored.c.lead_days, stored.c.id)
    shown = (
        select(item.c.id, item.c.version, item.c.code, item.c.name, item.c.type, item.c.revision, item.c.unit_id,
               unit.c.symbol, item.c.tracking, item.c.active, item.c.company_id, stored.c.lead_days)
        .select_from(item.join(stored, stored.c.id == item.c.id).outerjoin(unit, unit.c.id == item.c.unit_id))
        .where(seen).order_by(*keys).limit(SHOWN + 1)
    )  # fmt: skip
    inner = select(literal(1)).select_from(item).where(seen).limit(query.COUNT_CAP + 1).subquery()
    return shown, select(func.count()).select_from(inner)


def _take(site: Site, meter: Meter, *statements: Select[Any]) -> Taken:  # Any: columns
    def work(_run: int) -> None:
        with site.engine.connect() as connection:
            for statement in statements:
                connection.execute(statement).all()

    return meter.take(work, 9)


def _contains(site: Site, meter: Meter, who: Principal) -> Row:
    condition = where(Item.name, "contains", "0777")

    def work(_run: int) -> None:
        with open_env(site, who) as env:
            query.page(env, Item, FIELDS, where=condition, sort=("name",), limit=SHOWN)

    ours = meter.take(work, 5)
    is_indexed = _is_indexed(site.engine, work)
    shown, _count = _bare_statements((1,), "name")
    bare = _take(site, meter, shown.where(_table(Item).c.name.ilike("%0777%")))
    return Row(
        "list_contains", "contains-search over the same rows", round(ours.cpu / bare.cpu, 3), _ms(ours.cpu),
        _ms(bare.cpu), ours.statements,
        f"{MOST_STATEMENTS} statements, indexed ({'by its trigrams' if is_indexed else 'is not'})",
        ours.statements <= MOST_STATEMENTS and is_indexed,
        _ms(ours.wall), _ms(bare.wall),
    )  # fmt: skip


def _is_indexed(engine: Engine, work: Callable[[int], object]) -> bool:
    """Whether the planner answers the last statement of `work` from the trigrams."""
    sent: list[tuple[str, Any]] = []  # Any: its parameters, as the driver takes them

    def note(*about: Any) -> None:  # Any: what the event tells
        sent.append((about[2], about[3]))

    event.listen(engine, "before_cursor_execute", note)
    work(0)
    event.remove(engine, "before_cursor_execute", note)
    statement, parameters = sent[-1]
    explain = "EXPLAIN QUERY PLAN" if engine.dialect.name == "sqlite" else "EXPLAIN"
    with engine.connect() as connection:
        plan = connection.exec_driver_sql(f"{explain} {statement}", parameters).all()
    return any(SUFFIX in str(line) for line in plan)


def _row(id: str, work: str, ours: Taken, bare: Taken) -> Row:
    over = _ms(ours.cpu - bare.cpu)
    return Row(
        id, work, round(ours.cpu / bare.cpu, 3), _ms(ours.cpu), _ms(bare.cpu), ours.statements,
        f"{MOST_STATEMENTS} statements, {MOST_OVER_MS} ms CPU over its bare SQL (is {over})",
        ours.statements <= MOST_STATEMENTS and over <= MOST_OVER_MS, _ms(ours.wall), _ms(bare.wall),
    )  # fmt: skip


def _table(model: type[Item | Unit | StoredItem]) -> Table:
    return model.__table__  # type: ignore[return-value]  # a Table


def _ms(seconds: float) -> float:
    return round(seconds * 1000, 2)
