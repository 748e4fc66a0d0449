"""What is committed is sealed once, in an order that the sealer makes, and nobody who writes waits for it."""

from __future__ import annotations

import stat
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from threading import Event, Thread

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from core.audit import chain, heads
from core.audit.sealer import Sealer
from core.base import Item
from core.keyring import Keyring, new_key
from core.orm.engine import engine_for
from core.orm.env import Site, open_env
from core.testing.making import make
from tests.core.audit.conftest import Trail

WRITERS, EACH = 50, 3

#: SQLite has one writer at a time, the sealer included.
only_postgresql = pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)

#: What transactions wait for that the sealer holds; to make a table's file longer (`extend`) takes whoever writes a
#: moment, and no transaction keeps that.
_HELD_UP = text(
    "SELECT asked.locktype FROM pg_locks asked WHERE NOT asked.granted AND asked.locktype <> 'extend' AND EXISTS ("
    "SELECT 1 FROM pg_locks held WHERE held.granted AND held.locktype = 'advisory' AND held.objid = :lock"
    " AND held.pid = ANY(pg_blocking_pids(asked.pid)))"
)


def several(site: Site, unit: int, writer: int) -> None:
    for number in range(EACH):
        with open_env(site, write=True) as env:
            make(env, Item, code=f"W{writer}-{number}", unit_id=unit)


def test_what_is_sealed_is_not_sealed_again(trail: Trail) -> None:
    before = trail.value("SELECT count(*) FROM base_change_batch WHERE seal_no IS NOT NULL")

    assert trail.seal() == 0
    assert trail.value("SELECT max(seal_no) FROM base_change_batch") == before


def test_nothing_of_what_was_rolled_back_is_sealed(trail: Trail) -> None:
    with open_env(trail.site, write=True) as env, env.trying():
        make(env, Item, code="GONE", unit_id=trail.unit)

    assert trail.seal() == 0


@only_postgresql
def test_a_write_that_commits_late_is_sealed_after_those_that_overtook_it(trail: Trail) -> None:
    with open_env(trail.site, write=True) as late:
        make(late, Item, code="LATE", unit_id=trail.unit)
        trail.write("SOON")
        trail.seal()
    trail.seal()

    order = "SELECT seal_no FROM base_change_batch WHERE id = (SELECT batch_id FROM base_change WHERE new LIKE '%{}%')"
    ids = "SELECT batch_id FROM base_change WHERE new LIKE '%{}%'"
    assert trail.value(ids.format("LATE")) < trail.value(ids.format("SOON"))
    assert trail.value(order.format("LATE")) > trail.value(order.format("SOON"))
    assert trail.check().is_sound


@only_postgresql
def test_a_writer_does_not_wait_for_a_seal_under_way(trail: Trail) -> None:
    trail.write("WASHER")

    with open_env(trail.site, write=True) as sealing:
        assert chain._is_alone(sealing)
        assert chain._seal_some(sealing) is not None
        with open_env(trail.site, write=True) as env:
            env._connection.exec_driver_sql("SET LOCAL lock_timeout = '1ms'")
            make(env, Item, code="PIN", unit_id=trail.unit)

    assert trail.check().unsealed == 1


@only_postgresql
def test_a_second_sealer_leaves_it_to_the_first(trail: Trail) -> None:
    trail.write("WASHER")

    with open_env(trail.site, write=True) as sealing:
        assert chain._is_alone(sealing)
        assert chain.seal_some(trail.site) is None


def test_fifty_writers_are_sealed_once_each_while_none_waits_for_the_sealer(trail: Trail) -> None:
    held_up: list[Sequence[str]] = []
    with _room_for_all(trail.site) as site, ExitStack() as meanwhile:
        if site.engine.dialect.name == "sqlite":
            meanwhile.enter_context(_sealing(site))
        else:  # with connections of its own, which no writer holds an instant later
            meanwhile.enter_context(_sealing(trail.site))
            meanwhile.enter_context(_watching(site, held_up))
        with ThreadPoolExecutor(WRITERS) as pool:
            list(pool.map(lambda writer: several(site, trail.unit, writer), range(WRITERS)))
    trail.seal()

    report = trail.check()
    assert [waiting for waiting in held_up if waiting] == []
    assert report.problems == []
    assert report.unsealed == 0
    assert trail.value("SELECT count(*) FROM base_item WHERE code LIKE 'W%-%'") == WRITERS * EACH
    assert trail.value("SELECT max(seal_no) FROM base_change_batch") == report.batches


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE base_change SET why = 'x'",
        "DELETE FROM base_change",
        "DELETE FROM base_change_batch",
        "UPDATE base_change_batch SET by_id = 7",
        "UPDATE base_change_batch SET seal_no = NULL",
    ],
)
def test_the_database_refuses_to_change_the_trail(trail: Trail, statement: str) -> None:
    with (
        trail.site.engine.connect().execution_options(dovetail_write=True) as connection,
        pytest.raises(IntegrityError),
    ):
        connection.execute(text(statement))


def test_an_old_key_still_verifies_what_it_signed(trail: Trail) -> None:
    old, key = trail.site.keys, new_key()
    both = Keyring([*old._keys.values(), key])
    trail.site.keys = both
    trail.write("WASHER")
    trail.seal()

    assert both.current != old.current
    assert trail.check().problems == []
    assert trail.value("SELECT count(DISTINCT seal_key) FROM base_change_batch") == 2


def test_each_head_is_kept_outside_and_read_by_its_owner_alone(trail: Trail) -> None:
    file = heads.file_of(trail.site.folder)
    kept = heads.last(trail.site.folder)

    assert kept is not None
    assert kept.no == trail.value("SELECT max(seal_no) FROM base_change_batch")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_head_that_a_killed_process_did_not_keep_is_kept_by_the_next(trail: Trail) -> None:
    trail.write("WASHER")
    chain.seal_some(trail.site)

    Sealer(trail.site).catch_up()

    kept = heads.last(trail.site.folder)
    assert kept is not None
    assert kept.no == trail.value("SELECT max(seal_no) FROM base_change_batch")


def test_a_sealer_tells_of_a_tail_that_is_missing_when_it_starts(
    trail: Trail, caplog: pytest.LogCaptureFixture
) -> None:
    trail.tamper(
        "DELETE FROM base_change WHERE batch_id = (SELECT max(id) FROM base_change_batch)",
        "DELETE FROM base_change_batch WHERE seal_no = (SELECT max(seal_no) FROM base_change_batch)",
    )

    Sealer(trail.site).catch_up()

    assert "run dovetail check-audit" in caplog.text


@contextmanager
def _room_for_all(site: Site) -> Iterator[Site]:
    """The site with a connection for each writer."""
    engine = engine_for(site.engine.url.render_as_string(hide_password=False), pool_size=WRITERS + 3)
    yield replace(site, engine=engine)
    engine.dispose()


@contextmanager
def _sealing(site: Site) -> Iterator[None]:
    """A sealer that never rests."""
    over, sealer = Event(), Sealer(site)

    def seal() -> None:
        while not over.wait(0.002):
            sealer.run_waiting()

    with _thread(seal, over):
        yield


@contextmanager
def _watching(site: Site, held_up: list[Sequence[str]]) -> Iterator[None]:
    """Note how many transactions wait for the one that seals."""
    over = Event()

    def look() -> None:
        while not over.wait(0.005):
            with site.engine.connect() as connection:
                held_up.append(connection.scalars(_HELD_UP, {"lock": chain.LOCK}).all())

    with _thread(look, over):
        yield
    assert held_up


@contextmanager
def _thread(work: object, over: Event) -> Iterator[None]:
    thread = Thread(target=work)  # type: ignore[arg-type]  # a function
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
