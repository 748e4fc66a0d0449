"""Contains-search by index: it finds what a search without one finds, and keeps up with every write."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, inspect, select

from core.orm import bulk, query, trigram
from core.orm.condition import Not, where
from core.orm.env import Env, Site, open_env
from core.orm.plan import table_of
from core.testing.databases import Databases
from tests.core.orm import orders
from tests.core.orm.orders import SampleOrder, clerk, counting, person
from tests.core.orm.shelf import OURS, THEIRS, make_site

CLERK = person(clerk)
SUBJECTS = [
    "Valve block", "valve BLOCK 12", "Größe ÄÖÜ", "100% pure", "a_b", "ab", "it's \"quoted\"", "back\\slash", None,
]  # fmt: skip
WANTED = [
    "val",
    "VALVE",
    "block 1",
    "ÄÖÜ",
    "100%",
    "a_b",
    "ab",
    "'s",
    '"quoted"',
    "k\\s",
    "absent",
    "  ",
    "%",
    "_",
]


@pytest.fixture
def indexed_site(database_kind: str, fresh_databases: Databases, tmp_path: Path) -> Iterator[Site]:
    """Orders whose searched fields are indexed."""

    def prepare(url: str) -> None:
        site = make_site(url, tmp_path)
        index(site.engine)
        site.engine.dispose()

    url = fresh_databases.cloned(database_kind, "sample.indexed", prepare)
    site = make_site(url, tmp_path, *orders.GRANTS, empty=False)
    yield site
    site.engine.dispose()


def index(engine: Engine) -> None:
    with engine.connect().execution_options(dovetail_write=True) as connection:
        trigram.create_accelerators(connection, [table_of(SampleOrder)])
        connection.commit()


def found(env: Env, text: str) -> list[str]:
    page = query.page(env, SampleOrder, ["code"], where=where(SampleOrder.subject, "contains", text))
    return sorted(page.selected["code"].value(row) for row in page.rows)


def fill(env: Env) -> list[int]:
    return bulk.create(env, SampleOrder, [{"code": f"o{n}", "subject": s} for n, s in enumerate(SUBJECTS)])


@pytest.mark.parametrize("text", WANTED)
def test_the_index_finds_what_reading_all_rows_finds(indexed_site: Site, text: str) -> None:
    with open_env(indexed_site, CLERK, write=True) as env:
        fill(env)
        by_index = found(env, text)

        trigram.drop_accelerators(env._connection, [table_of(SampleOrder).name])
        assert by_index == found(env, text)


def test_what_contains_the_text_in_any_case_is_found(indexed_site: Site) -> None:
    with open_env(indexed_site, CLERK, write=True) as env:
        fill(env)

        assert found(env, "BLOCK") == ["o0", "o1"]


def test_the_index_keeps_up_with_changes_and_deletions(indexed_site: Site) -> None:
    with open_env(indexed_site, CLERK, write=True) as env:
        ids = fill(env)
        bulk.update(env, SampleOrder, [{"id": ids[0], "subject": "Piston"}])
        bulk.delete(env, SampleOrder, [ids[1]])

        assert (found(env, "valve"), found(env, "pist")) == ([], ["o0"])


def test_rows_that_were_there_before_the_index_are_found(order_site: Site) -> None:
    with open_env(order_site, CLERK, write=True) as env:
        fill(env)
    index(order_site.engine)

    with open_env(order_site, CLERK) as env:
        assert found(env, "valve") == ["o0", "o1"]


def test_rows_of_another_company_stay_hidden(indexed_site: Site) -> None:
    with open_env(indexed_site, write=True) as env:
        rows = [
            {"code": f"{company}", "subject": "Valve", "company_id": company} for company in (OURS, THEIRS)
        ]
        bulk.create(env, SampleOrder, rows)

    with open_env(indexed_site, CLERK) as env:
        assert found(env, "valve") == [str(OURS)]


def test_what_does_not_contain_the_text_is_found_by_its_negation(indexed_site: Site) -> None:
    with open_env(indexed_site, CLERK, write=True) as env:
        fill(env)
        other = query.ids(env, SampleOrder, Not(where(SampleOrder.subject, "contains", "valve")))

        assert len(other) == len(SUBJECTS) - 2


def test_sqlite_looks_into_the_index(indexed_site: Site) -> None:
    with open_env(indexed_site, CLERK) as env, counting(indexed_site) as sent:
        found(env, "valve")
        found(env, "va")

    looked = ["sample_order_trigrams" in statement for statement in sent if "FROM sample_order" in statement]
    assert looked == ([True, False] if indexed_site.engine.dialect.name == "sqlite" else [False, False])


def test_making_the_indexes_again_changes_nothing(indexed_site: Site) -> None:
    with open_env(indexed_site, CLERK, write=True) as env:
        fill(env)
    before = schema(indexed_site.engine)

    index(indexed_site.engine)

    assert schema(indexed_site.engine) == before
    with open_env(indexed_site, CLERK) as env:
        assert found(env, "valve") == ["o0", "o1"]


def schema(engine: Engine) -> object:
    looked = inspect(engine)
    return sorted(looked.get_table_names()), sorted(
        str(i["name"]) for i in looked.get_indexes("sample_order")
    )


def test_dropping_them_leaves_the_table_as_it_was(order_site: Site) -> None:
    before = schema(order_site.engine)
    index(order_site.engine)
    with order_site.engine.connect().execution_options(dovetail_write=True) as connection:
        trigram.drop_accelerators(connection, ["sample_order"])
        connection.commit()

    if order_site.engine.dialect.name == "sqlite":  # elsewhere they go with their table
        assert schema(order_site.engine) == before
    with open_env(order_site, CLERK, write=True) as env:
        fill(env)
        assert env.session.scalars(select(SampleOrder.code).order_by(SampleOrder.id)).first() == "o0"
