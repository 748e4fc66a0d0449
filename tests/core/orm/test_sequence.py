"""Numbers of documents: without gaps, by name, company and year, and nobody waits for others' counters."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import Engine, func, select

from core import clock
from core.errors import UserError, ValidationError
from core.orm import bulk, sequence
from core.orm.engine import engine_for
from core.orm.env import Env, Site, open_env
from core.orm.model import model_name
from core.orm.sequence import Sequence, next_value, next_values, number
from core.orm.tracking import Change
from tests.core.orm.orders import SampleOrder, clerk, counting, listening, person
from tests.core.orm.shelf import OURS, THEIRS

CLERK = person(clerk)
BOTH = person(clerk, OURS, THEIRS)
PATTERN = "O-{year}-{number:03}"


@pytest.fixture(autouse=True)
def in_2026() -> Iterator[None]:
    with clock.held(datetime(2026, 11, 23, 12, tzinfo=UTC)):
        yield


def posted(env: Env, code: str, *, company: int = OURS, on: date | None = None) -> SampleOrder:
    order = SampleOrder(code=code, company_id=company)
    env.add(order)
    number(env, order, "number", "sample.order", pattern=PATTERN, on=on)
    return order


def numbers(site: Site) -> dict[str, str | None]:
    """What every order got, by its code."""
    with open_env(site) as env:
        return {
            order.code: order.number
            for order in env.session.scalars(select(SampleOrder).order_by(SampleOrder.code))
        }


def test_a_number_comes_with_the_commit_and_not_before(order_site: Site) -> None:
    with open_env(order_site, CLERK, write=True) as env:
        order = posted(env, "a")
        env.flush()
        before = order.number, order.version

    assert before == (None, 1)
    assert (order.number, order.version) == ("O-2026-001", 2)
    assert numbers(order_site) == {"a": "O-2026-001"}


def test_records_of_one_transaction_are_numbered_in_turn_by_one_statement(order_site: Site) -> None:
    with open_env(order_site, CLERK, write=True) as env:
        posted(env, "a")
    with counting(order_site) as sent, open_env(order_site, CLERK, write=True) as env:
        for code in "bcdef":
            posted(env, code)

    assert list(numbers(order_site).values()) == [f"O-2026-{n:03}" for n in range(1, 7)]
    assert len([s for s in sent if "UPDATE base_sequence" in s]) == 1


def test_what_is_rolled_back_leaves_no_gap(order_site: Site) -> None:
    with open_env(order_site, CLERK, write=True) as env:
        posted(env, "a")
    with suppress(UserError), open_env(order_site, CLERK, write=True) as env:
        posted(env, "lost")
        raise UserError("no")
    with open_env(order_site, CLERK, write=True) as env:
        posted(env, "b")

    assert numbers(order_site) == {"a": "O-2026-001", "b": "O-2026-002"}


def test_what_is_taken_back_within_the_transaction_gets_no_number(order_site: Site) -> None:
    with open_env(order_site, CLERK, write=True) as env:
        kept = SampleOrder(code="kept")
        env.add(kept)
        with suppress(UserError), env.savepoint():
            number(env, kept, "number", "sample.order", pattern=PATTERN)
            posted(env, "gone")
            raise UserError("no")
        with env.trying():
            number(env, kept, "number", "sample.order", pattern=PATTERN)
        posted(env, "b")

    assert numbers(order_site) == {"kept": None, "b": "O-2026-001"}


def test_asking_twice_gives_one_number(order_site: Site) -> None:
    with open_env(order_site, CLERK, write=True) as env:
        order = posted(env, "a")
        number(env, order, "number", "sample.order", pattern=PATTERN)
        posted(env, "b")

    assert numbers(order_site) == {"a": "O-2026-001", "b": "O-2026-002"}


def test_every_company_and_year_counts_for_itself(order_site: Site) -> None:
    with open_env(order_site, BOTH, write=True) as env:
        posted(env, "ours")
        posted(env, "theirs", company=THEIRS)
        posted(env, "old", on=date(2025, 12, 31))
    with open_env(order_site, BOTH, write=True) as env:
        posted(env, "ours too")
        posted(env, "older", on=date(2025, 1, 1))

    assert numbers(order_site) == {
        "ours": "O-2026-001", "theirs": "O-2026-001", "old": "O-2025-001",
        "ours too": "O-2026-002", "older": "O-2025-002",
    }  # fmt: skip


def test_a_company_may_have_a_pattern_of_its_own(order_site: Site) -> None:
    with open_env(order_site, write=True) as env:
        env.add(
            Sequence(name="sample.order", pattern="ALL-{number}", next=7),
            Sequence(name="sample.order", pattern="T/{month}/{number}", company_id=THEIRS),
        )
    with open_env(order_site, BOTH, write=True) as env:
        posted(env, "ours")
        posted(env, "theirs", company=THEIRS)

    assert numbers(order_site) == {"ours": "ALL-1", "theirs": "T/2026-11/1"}


def test_a_new_pattern_holds_from_the_next_number_on(order_site: Site) -> None:
    for code, pattern in (("a", PATTERN), ("b", PATTERN), ("c", "X{number}"), ("d", "Y{year}/{number}")):
        with open_env(order_site, write=True) as env:
            for row in env.session.scalars(select(Sequence)):
                row.pattern = pattern
        with open_env(order_site, CLERK, write=True) as env:
            posted(env, code)

    assert numbers(order_site) == {"a": "O-2026-001", "b": "O-2026-002", "c": "X1", "d": "Y2026/3"}


@pytest.mark.parametrize(
    ("pattern", "first", "last"),
    [
        ("{number}", "8", "12"), ("{number:02}", "08", "12"), ("{number:0d}", "8", "12"),
        ("{number:4}", "   8", "  12"),
        ("{year}/{month}-{number:03d}-A", "2026/2026-11-008-A", "2026/2026-11-012-A"),
        ("{number:x}", "8", "c"), ("{number}-{number:03}", "8-008", "12-012"), ("{{{number:01}}}%", "{8}%", "{12}%"),
        ("{year:>6}·{number}", "  2026·8", "  2026·12"),
    ],
)  # fmt: skip
def test_numbers_look_as_the_pattern_says(order_site: Site, pattern: str, first: str, last: str) -> None:
    with open_env(order_site, write=True) as env:
        period = "2026-11" if "month" in pattern else "2026" if "year" in pattern else ""
        env.add(Sequence(name="sample.order", pattern=pattern, company_id=OURS, period=period, next=8))
    with open_env(order_site, CLERK, write=True) as env:
        for code in "abcde":
            posted(env, code)

    found = list(numbers(order_site).values())
    assert (found[0], found[-1]) == (first, last)


def test_hooks_hear_of_numbers(order_site: Site) -> None:
    with listening(order_site) as listener, open_env(order_site, CLERK, write=True) as env:
        posted(env, "a")
        posted(env, "b")

    assert listener.heard == [("created", "SampleOrder", 2), ("changed", "SampleOrder", 2, ("number",))]


def test_documents_made_in_bulk_are_numbered_too(order_site: Site) -> None:
    with open_env(order_site, CLERK, write=True) as env:
        ids = bulk.create(env, SampleOrder, [{"code": code} for code in "abc"])
        for i in ids:
            number(env, env.get(SampleOrder, i), "number", "sample.order", pattern=PATTERN)

    assert list(numbers(order_site).values()) == ["O-2026-001", "O-2026-002", "O-2026-003"]


@pytest.mark.parametrize("pattern", ["no number", "{year}", "{number", "{nummer}", "{0}"])
def test_a_pattern_without_a_number_is_refused(order_site: Site, pattern: str) -> None:
    with pytest.raises(ValidationError, match="pattern"), open_env(order_site, write=True) as env:
        env.add(Sequence(name="sample.order", pattern=pattern))


def test_plain_numbers_come_at_once_and_in_turn(order_site: Site) -> None:
    with open_env(order_site, CLERK, write=True) as env:
        assert next_value(env, "sample.lot", pattern="L{number}") == "L1"
        assert next_values(env, "sample.lot", 3) == ["L2", "L3", "L4"]
    with open_env(order_site, CLERK, write=True) as env:
        assert next_value(env, "sample.lot") == "L5"


def test_threads_that_take_their_first_plain_number_at_once_share_one_pool(
    order_site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[str] = []

    def slowly(url: str, **options: int) -> Engine:
        made.append(url)
        time.sleep(0.1)  # as long as the others need to ask
        return engine_for(url, **options)

    def take(_thread: int) -> str:
        with open_env(order_site, CLERK, write=True) as env:
            return next_value(env, "sample.lot", pattern="L{number}")

    monkeypatch.setattr(sequence, "engine_for", slowly)
    with ThreadPoolExecutor(4) as threads:
        taken = sorted(threads.map(take, range(4)))

    assert taken == ["L1", "L2", "L3", "L4"]
    assert len(made) == (order_site.engine.dialect.name == "postgresql")


def test_counters_are_no_news_for_the_trail(order_site: Site) -> None:
    with open_env(order_site, CLERK, write=True) as env:
        posted(env, "a")
        next_value(env, "sample.lot")

    with open_env(order_site) as env:
        named = select(func.count()).select_from(Change).where(Change.model == model_name(Sequence))
        assert env.session.scalar(named) == 0


def test_many_writers_at_once_leave_neither_gap_nor_double(order_site: Site) -> None:
    each, writers = 6, 4
    done: list[int] = []

    def write(writer: int) -> None:
        for n in range(each):
            with open_env(order_site, CLERK, write=True) as env:
                posted(env, f"{writer}-{n}")
        done.append(writer)

    threads = [threading.Thread(target=write, args=(writer,)) for writer in range(writers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert sorted(done) == list(range(writers))
    counted = {f"{n:03}" for n in range(1, writers * each + 1)}
    assert {str(n).rpartition("-")[2] for n in numbers(order_site).values()} == counted


def test_an_open_document_holds_up_nobody_where_several_may_write(order_site: Site) -> None:
    if order_site.engine.dialect.name == "sqlite":
        return  # it has one writer at a time
    with open_env(order_site, CLERK, write=True) as env:
        posted(env, "slow")
        env.flush()
        with open_env(order_site, CLERK, write=True) as other:
            posted(other, "quick")

    assert numbers(order_site) == {"slow": "O-2026-002", "quick": "O-2026-001"}
