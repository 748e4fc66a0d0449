"""Fresh and cloned databases of both kinds."""

from __future__ import annotations

from sqlalchemy import create_engine, inspect, text

from core.testing.databases import Databases


def test_a_fresh_database_is_empty_and_its_own(database_kind: str, fresh_databases: Databases) -> None:
    first, second = fresh_databases.fresh(database_kind), fresh_databases.fresh(database_kind)
    make_piece(first)

    assert tables(first) == ["piece"]
    assert tables(second) == []


def test_a_clone_has_what_the_template_has(database_kind: str, fresh_databases: Databases) -> None:
    prepared: list[str] = []

    def prepare(url: str) -> None:
        prepared.append(url)
        make_piece(url)

    clones = [fresh_databases.cloned(database_kind, f"pieces_{database_kind}", prepare) for _ in range(2)]

    assert clones[0] != clones[1]
    assert [tables(clone) for clone in clones] == [["piece"], ["piece"]]
    assert len(prepared) == 1


def test_the_database_of_a_test_is_of_the_kind_it_names(database_kind: str, database_url: str) -> None:
    assert database_url.startswith(database_kind)


def make_piece(url: str) -> None:
    """One table, and no connection left."""
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE piece (size integer)"))
    engine.dispose()


def tables(url: str) -> list[str]:
    """The names of the tables in the database of `url`."""
    engine = create_engine(url)
    names = inspect(engine).get_table_names()
    engine.dispose()
    return names
