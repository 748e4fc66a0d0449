"""What is measured in a process of its own on a site with base and erp_supply; run by benchmarks.processes.

    python -m benchmarks.installed install|page|receipts FOLDER URL [N]

Prints one JSON object. CPU is that of the whole process where a start is measured.
"""

from __future__ import annotations

import gc
import json
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path

from sqlalchemy import event, literal, select, text

from core.app import create_site, open_site, web
from core.base import (
    Company,
    Currency,
    Item,
    LocationKind,
    Party,
    StorageLocation,
    Unit,
    User,
    UserCompany,
    UserRole,
)
from core.base import Site as Plant
from core.config import Settings, read, write
from core.orm import bulk
from core.orm.env import Env, Principal, Site, open_env
from core.orm.field import default_of
from core.orm.model import Model
from core.orm.plan import table_of
from core.security.principal import principal_of

LOGIN = "bench"
PAGES = 15
#: Of each order that is received.
LINES = 10
#: How often each number of order lines is received.
RECEIPTS = 3


def install(folder: Path, url: str) -> dict[str, object]:
    """Base and erp_supply on an empty database."""
    settings = Settings(folder, database=url, secure_cookies=False)
    site = create_site(settings, ("erp_supply",))
    taken = time.process_time()
    write(settings)
    with open_env(site, write=True) as env:
        _plant(env)
    site.engine.dispose()
    return {"cpu": taken}


def page(folder: Path, count: int) -> dict[str, object]:
    """The HTML of the list of items by name, as a person of one company asks for it."""
    from core.testing.browsing import signed_in  # noqa: PLC0415 -- a test client, which the other works go without

    site = open_site(read(folder))
    _fill_items(site, count)
    client = signed_in(site, _person(site), web(site))
    sent: list[str] = []
    event.listen(site.engine, "before_cursor_execute", lambda *about: sent.append(about[2]))
    taken = []
    for _run in range(PAGES + 1):
        sent.clear()
        began = time.process_time()
        answer = client.get("/m/base.item?sort=name")
        taken.append(time.process_time() - began)
        if answer.status_code != 200:  # noqa: PLR2004 -- HTTP's OK
            raise SystemExit(f"the list answers {answer.status}")
    return {"cpu": sorted(taken[1:])[PAGES // 2], "statements": len(sent), "bytes": len(answer.data)}


def receipts(folder: Path, count: int) -> dict[str, object]:
    """Orders of `count` lines, and in turn of four times as many, received and posted by a person."""
    site = open_site(read(folder))
    from addons.erp_supply.actions import receiving  # noqa: PLC0415 -- mapped once the site has loaded its addons

    who = _person(site)

    def receive(env: Env, orders: Sequence[Model]) -> None:
        made = receiving.receive(env, orders)
        receiving.post(env, made if isinstance(made, Sequence) else [])

    _received(site, who, receive, LINES, "warm")
    rounds = [
        tuple(_received(site, who, receive, n, str(turn)) for n in (count, 4 * count)) for turn in range(RECEIPTS)
    ]  # fmt: skip
    small, large = (statistics.median(taken) for taken in zip(*rounds, strict=True))
    return {"small": small, "large": large}


def _received(
    site: Site, who: Principal, receive: Callable[[Env, Sequence[Model]], None], count: int, turn: str
) -> float:
    """CPU seconds of the receipt of `count` order lines, the commit with its numbers included."""
    orders = _orders(site, count, f"{turn}-{count}")
    model = _model("PurchaseOrder")
    gc.collect()
    began = time.process_time()
    with open_env(site, who, write=True) as env:
        loaded = env.session.scalars(select(model).where(model.id.in_(orders)).order_by(model.id)).all()
        with env.acting_as("erp_supply"):
            receive(env, loaded)
    return time.process_time() - began


def _orders(site: Site, count: int, run: str) -> list[int]:
    """Orders of LINES lines each, sent and due: `count` lines in all."""
    order, line = _model("PurchaseOrder"), _model("PurchaseLine")
    with open_env(site, write=True) as env:
        company = env.session.scalars(select(Company.id)).first()
        supplier, unit = (
            env.session.scalars(select(Party.id)).first(),
            env.session.scalars(select(Unit.id)).first(),
        )
        currency = env.session.scalars(select(Currency.id)).first()
        items = bulk.create(
            env, Item, [{"code": f"R{run}-{n}", "name": "Part", "unit_id": unit} for n in range(count)]
        )
        given = {"company_id": company, "supplier_id": supplier, "currency_id": currency,
                 "ordered_on": date(2026, 2, 16)}  # fmt: skip
        orders = bulk.create(env, order, [{**given, "number": f"P{run}-{n}"} for n in range(count // LINES)])
        rows = [
            {"order_id": orders[n // LINES], "position": n % LINES, "item_id": i, "unit_id": unit,
             "quantity": Decimal(5), "price": Decimal("2.5")}
            for n, i in enumerate(items)
        ]  # fmt: skip
        bulk.create(env, line, rows)
        bulk.update(env, order, [{"id": i, "state": "sent"} for i in orders])
    return orders


def _model(name: str) -> type[Model]:
    from addons.erp_supply import models  # noqa: PLC0415 -- as in receipts

    found: type[Model] = getattr(models, name)
    return found


def _plant(env: Env) -> None:
    """A company with a store, a supplier, and somebody who may do everything in supply."""
    euro = env.session.scalars(select(Currency).where(Currency.code == "EUR")).one()
    company = Company(code="KH", name="Kestrel Hydraulics", currency_id=euro.id, country="DE")
    env.add(company, Party(code="BS", name="Brandt Stahl", country="DE"))
    env.flush()
    plant = Plant(code="ALD", name="Alden", country="DE", company_id=company.id)
    env.add(plant)
    env.flush()
    places = {
        kind: StorageLocation(
            code=kind.value, name=kind.value, kind=kind, company_id=company.id, site_id=plant.id
        )
        for kind in (LocationKind.INTERNAL, LocationKind.SUPPLIER)
    }
    env.add(*places.values())
    env.flush()
    internal = places[LocationKind.INTERNAL].id
    warehouse = _model("Warehouse")
    env.add(
        warehouse(
            code="W1", name="Store", company_id=company.id, site_id=plant.id, receiving_id=internal, stock_id=internal
        ),
        User(
            login=LOGIN, name="Bench", home_company_id=company.id,
            roles=[UserRole(role=role) for role in ("erp_supply.supply_manager", "base.master_data_editor")],
            companies=[UserCompany(seen_company_id=company.id)],
        ),
    )  # fmt: skip


def _person(site: Site) -> Principal:
    with open_env(site) as env:
        user = env.session.scalars(select(User.id).where(User.login == LOGIN)).one()
        return principal_of(env, user)


def _fill_items(site: Site, count: int) -> None:
    """Items written by the database itself, with every facet; indexes last."""
    tables = [table_of(Item), *(table_of(facet) for facet in Item.facets.values() if not facet.sparse)]
    without = [index for table in tables for index in table.indexes]
    sqlite = site.engine.dialect.name == "sqlite"
    series = (
        f"WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < {count})"  # noqa: S608 -- a number
        if sqlite else f"WITH s AS (SELECT generate_series(1, {count})::bigint AS n)"
    )  # fmt: skip
    with site.engine.connect().execution_options(dovetail_write=True) as connection:
        for index in without:
            index.drop(connection, checkfirst=True)
        connection.execute(text(
            f"""INSERT INTO base_item (company_id, code, name, type, revision, unit_id, tracking, active, version)
            {series} SELECT (SELECT min(id) FROM base_company), 'L' || n, 'Valve block ' || ((n * 7919) % {count}),
            'material', 'A', (SELECT min(id) FROM base_unit), 'none', {"1" if sqlite else "true"}, 1 FROM s"""  # noqa: S608 -- numbers
        ))  # fmt: skip
        for facet in tables[1:]:
            given = [c for c in facet.columns if c.default is not None and c.name != "id"]
            names = ["id", *(c.name for c in given)]
            rows = select(table_of(Item).c.id, *(literal(default_of(c), c.type) for c in given))
            without_facet = rows.where(table_of(Item).c.id.not_in(select(facet.c.id)))
            connection.execute(facet.insert().from_select(names, without_facet))
        for index in without:
            index.create(connection)
        connection.commit()
    with site.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))


def main(what: str, folder: str, *more: str) -> None:
    """Run one of the measurements."""
    path = Path(folder)
    done = {
        "install": lambda: install(path, more[0]),
        "page": lambda: page(path, int(more[0])),
        "receipts": lambda: receipts(path, int(more[0])),
    }[what]()
    sys.stdout.write(json.dumps(done) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
