"""Writing in bulk: the same rows, trail and hooks as records written one by one, and all or nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import func, select

from core import clock
from core.errors import Conflict, Forbidden, NotFound, UserError, ValidationError
from core.orm import bulk
from core.orm.catalog import field_of
from core.orm.env import Env, Site, open_env
from core.orm.tracking import Change
from tests.core.orm.orders import (
    SCOPES,
    OrderState,
    SampleAside,
    SampleOrder,
    SampleOrderLine,
    SampleTerms,
    author,
    clerk,
    counting,
    listening,
    person,
    stored,
    viewer,
)
from tests.core.orm.shelf import OURS, THEIRS

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
CLERK = person(clerk)

Rows = Sequence[dict[str, Any]]  # Any: of any field's type

NEW: list[dict[str, Any]] = [  # Any: of any field's type
    {"code": "plain"},
    {"code": "Größe 100 % 'quoted' {}", "subject": "\\ ; -- \t", "state": OrderState.SENT, "urgent": True},
    {"code": "typed", "state": "sent", "day": date(2026, 2, 28), "at": NOON, "options": {"a": [1, None]}},
    {"code": "faceted", "sample_terms.days": 14, "sample_terms.remark": "net"},
    {"code": "asided", "sample_aside.weight": Decimal("0.333333"), "sample_aside.text": "heavy"},
    {"code": "emptied", "at": None, "sample_aside.weight": Decimal(0)},
]


def create_one_by_one(env: Env, rows: Rows) -> list[int]:
    records = []
    for row in rows:
        record = SampleOrder()
        for name, value in row.items():
            if name != "sample_aside.weight" or value:
                field_of(SampleOrder, name).set(record, value)
        records.append(record)
    env.add(*records)
    env.flush()
    return [record.id for record in records]


def update_one_by_one(env: Env, rows: Rows) -> None:
    records = [env.get(SampleOrder, row["id"]) for row in rows]
    for record, row in zip(records, rows, strict=True):
        for name, value in row.items():
            if name != "id":
                with env.session.no_autoflush:
                    field_of(SampleOrder, name).set(record, value)
    env.flush()


def in_turn(site: Site, *ways: Callable[[Env], object]) -> list[tuple[Any, Any]]:  # Any: as in agree
    """What each of `ways` leaves in the database and tells the hooks, each undone before the next."""
    found = []
    for way in ways:
        with (
            clock.held(NOON),
            open_env(site, CLERK, write=True) as env,
            env.trying(),
            listening(site) as listener,
        ):
            way(env)
            env.flush()
            with env.as_system() as system:
                found.append((stored(system), listener.heard))
    return found


def agree(
    ours: tuple[Any, Any], theirs: tuple[Any, Any]
) -> None:  # Any: rows by table, and what hooks were told
    """The same in any order: objects are flushed in an order of SQLAlchemy's own."""
    for table, rows in theirs[0].items():
        assert sorted(map(repr, ours[0][table])) == sorted(map(repr, rows)), table
    assert sorted(map(repr, ours[1])) == sorted(map(repr, theirs[1]))


def test_bulk_creates_what_records_one_by_one_create(order_site: Site) -> None:
    singly, together = in_turn(
        order_site, lambda env: create_one_by_one(env, NEW), lambda env: bulk.create(env, SampleOrder, NEW)
    )

    agree(together, singly)
    assert together[1] == [("created", "SampleOrder", len(NEW))]


def test_bulk_changes_what_records_one_by_one_change(order_site: Site) -> None:
    with open_env(order_site, CLERK, write=True) as env:
        ids = bulk.create(env, SampleOrder, NEW)
    rows: list[dict[str, Any]] = [  # Any: of any field's type
        {"id": ids[0], "subject": "Changed", "state": OrderState.SENT},
        {"id": ids[1], "subject": None, "day": date(2027, 1, 1)},
        {"id": ids[2], "sample_terms.days": 7},
        {"id": ids[3], "sample_terms.days": 14, "sample_aside.weight": Decimal("2.5")},
        {"id": ids[4], "sample_aside.weight": Decimal("0.333333"), "code": "asided"},
    ]

    singly, together = in_turn(
        order_site, lambda env: update_one_by_one(env, rows), lambda env: bulk.update(env, SampleOrder, rows)
    )

    agree(together, singly)


def test_bulk_deletes_what_records_one_by_one_delete(order_site: Site) -> None:
    with open_env(order_site, CLERK, write=True) as env:
        ids = bulk.create(env, SampleOrder, NEW)
        bulk.create(env, SampleOrderLine, [{"order_id": i, "amount": 5} for i in ids for _line in range(2)])

    def delete_singly(env: Env) -> None:
        env.delete(*[env.get(SampleOrder, i) for i in ids[:4]])

    singly, together = in_turn(order_site, delete_singly, lambda env: bulk.delete(env, SampleOrder, ids[:4]))

    agree(together, singly)


def test_ids_come_in_the_order_of_the_rows(order_site: Site) -> None:
    given = [f"r{n:04}" for n in range(700)]
    with open_env(order_site, CLERK, write=True) as env:
        ids = bulk.create(env, SampleOrder, [{"code": name} for name in given])

        found = {row.id: row.code for row in env.session.execute(select(SampleOrder.id, SampleOrder.code))}
        assert [found[i] for i in ids] == given


def test_no_rows_are_no_work(order_site: Site) -> None:
    with open_env(order_site, CLERK, write=True) as env, counting(order_site) as sent:
        assert bulk.create(env, SampleOrder, []) == []
        assert bulk.update(env, SampleOrder, []) == []
        bulk.delete(env, SampleOrder, [])

    assert not [s for s in sent if "sample" in s]


def test_a_sparse_facet_gets_rows_where_it_differs_alone(order_site: Site) -> None:
    with open_env(order_site, CLERK, write=True) as env:
        bulk.create(env, SampleOrder, NEW)

        assert env.session.scalar(select(func.count()).select_from(SampleAside)) == 1
        assert env.session.scalar(select(func.count()).select_from(SampleTerms)) == len(NEW)


def test_statements_do_not_grow_with_the_rows(order_site: Site) -> None:
    def statements(count: int) -> int:
        with open_env(order_site, CLERK, write=True) as env, counting(order_site) as sent:
            ids = bulk.create(
                env, SampleOrder, [NEW[3] | NEW[4] | {"code": f"{count}-{n}"} for n in range(count)]
            )
            bulk.update(env, SampleOrder, [{"id": i, "sample_aside.text": "x"} for i in ids])
            return len(sent)

    statements(3)
    assert statements(180) <= statements(30)


def test_what_does_not_differ_is_not_written(order_site: Site) -> None:
    with open_env(order_site, CLERK, write=True) as env:
        ids = bulk.create(env, SampleOrder, NEW)
    with open_env(order_site, CLERK, write=True) as env:
        again = [
            {"id": i, "subject": row.get("subject"), "total": 0} for i, row in zip(ids, NEW, strict=True)
        ]
        changed = bulk.update(env, SampleOrder, [*again[1:], {"id": ids[0], "subject": "New"}])

        assert changed == [ids[0]]
        assert env.get(SampleOrder, ids[5]).version == 1
        assert env.get(SampleOrder, ids[0]).version == 2


def test_objects_at_hand_read_what_was_written_in_bulk(order_site: Site) -> None:
    with open_env(order_site, CLERK, write=True) as env:
        record = SampleOrder(code="held")
        env.add(record)
        env.flush()
        assert record.lines == []

        bulk.update(env, SampleOrder, [{"id": record.id, "subject": "New", "sample_terms.days": 3}])
        bulk.create(env, SampleOrderLine, [{"order_id": record.id, "amount": "12.50"}])

        assert (record.subject, SampleTerms.of(record).days) == ("New", 3)
        assert [line.amount for line in record.lines] == [Decimal("12.50")]


def test_documents_settle_when_their_parts_are_written_in_bulk(order_site: Site) -> None:
    with open_env(order_site, CLERK, write=True) as env:
        first, second = bulk.create(env, SampleOrder, [{"code": "a"}, {"code": "b"}])
        lines = bulk.create(env, SampleOrderLine, [{"order_id": first, "amount": n} for n in (1, 2, 4)])
        assert env.get(SampleOrder, first).total == 7

        bulk.update(env, SampleOrderLine, [{"id": lines[0], "amount": 10}])
        assert env.get(SampleOrder, first).total == 16

        bulk.delete(env, SampleOrderLine, lines[1:])
        assert env.get(SampleOrder, first).total == 10
        assert env.get(SampleOrder, second).total == 0


def created(env: Env, **values: object) -> int:
    return bulk.create(env, SampleOrder, [{"code": "there", **values}])[0]


REFUSED: dict[str, tuple[Callable[[Env, int], object], type[UserError], str]] = {
    "unknown field": (lambda env, i: bulk.create(env, SampleOrder, [{"kode": "x"}]), NotFound, "kode"),
    "missing value": (
        lambda env, i: bulk.create(env, SampleOrder, [{"code": "x"}, {"subject": "x"}]), ValidationError, "1.code",
    ),
    "text too long": (
        lambda env, i: bulk.create(env, SampleOrder, [{"code": "x" * 65}]), ValidationError, "0.code"
    ),
    "number too large": (
        lambda env, i: bulk.create(env, SampleOrderLine, [{"order_id": i, "amount": Decimal(10) ** 30}]),
        ValidationError, "0.amount",
    ),
    "no number": (
        lambda env, i: bulk.create(env, SampleOrderLine, [{"order_id": i, "amount": "ten"}]),
        ValidationError, "0.amount",
    ),
    "taken": (
        lambda env, i: bulk.create(env, SampleOrder, [{"code": "new"}, {"code": "there"}]),
        ValidationError, "Code",
    ),
    "the model's check": (
        lambda env, i: bulk.create(
            env, SampleOrder, [{"code": "x"}, {"code": "y", "state": "sent", "copied_from_id": i}]
        ),
        ValidationError, "1.state",
    ),
    "the model's check of a change": (
        lambda env, i: bulk.update(env, SampleOrder, [{"id": i, "state": "sent", "copied_from_id": i}]),
        ValidationError, "0.state",
    ),
    "a facet's check": (
        lambda env, i: bulk.create(env, SampleOrder, [{"code": "x", "sample_terms.days": -1}]),
        ValidationError, "0.sample_terms.days",
    ),
    "another company": (
        lambda env, i: bulk.create(env, SampleOrder, [{"code": "x", "company_id": THEIRS}]), Forbidden, "outside"
    ),
    "into another company": (
        lambda env, i: bulk.update(env, SampleOrder, [{"id": i, "company_id": THEIRS}]), Forbidden, "outside"
    ),
    "a hidden reference": (
        lambda env, i: bulk.create(env, SampleOrder, [{"code": "x", "copied_from_id": hidden(env)}]),
        Forbidden, "There is no",
    ),
    "a part of a hidden document": (
        lambda env, i: bulk.create(env, SampleOrderLine, [{"order_id": hidden(env)}]), Forbidden, "There is no"
    ),
    "a hidden record": (
        lambda env, i: bulk.update(env, SampleOrder, [{"id": hidden(env), "subject": "x"}]),
        NotFound, "does not exist",
    ),
    "deleting a hidden record": (
        lambda env, i: bulk.delete(env, SampleOrder, [hidden(env)]), NotFound, "does not exist"
    ),
    "twice the same": (
        lambda env, i: bulk.update(env, SampleOrder, [{"id": i, "subject": "x"}, {"id": i, "subject": "y"}]),
        ValidationError, "twice",
    ),
    "no id": (lambda env, i: bulk.update(env, SampleOrder, [{"subject": "x"}]), ValidationError, "id"),
    "in use": (
        lambda env, i: bulk.delete(env, SampleOrder, [i] if created(env, code="copy", copied_from_id=i) else []),
        UserError, "refer",
    ),
}  # fmt: skip


def hidden(env: Env) -> int:
    """The id of an order of the other company."""
    with env.as_system() as system:
        found = system.session.scalar(select(SampleOrder.id).where(SampleOrder.company_id == THEIRS))
    assert found is not None
    return found


@pytest.mark.parametrize("case", REFUSED)
def test_a_refusal_names_its_reason_and_changes_nothing(order_site: Site, case: str) -> None:
    act, error, told = REFUSED[case]
    with open_env(order_site, write=True) as env:
        created(env, company_id=THEIRS)
    with open_env(order_site, CLERK, write=True) as env:
        there = created(env)
        with env.as_system() as system:
            before = stored(system)

        with pytest.raises(error) as refused, env.savepoint():
            act(env, there)

        shown = refused.value.fields if isinstance(refused.value, ValidationError) else ""
        assert told in f"{refused.value} {shown}"
        with env.as_system() as system:
            assert stored(system) == before


def test_a_stale_version_is_a_conflict_that_names_its_records(order_site: Site) -> None:
    with open_env(order_site, CLERK, write=True) as env:
        ids = bulk.create(env, SampleOrder, NEW)
        bulk.update(env, SampleOrder, [{"id": i, "version": 1, "subject": "Mine"} for i in ids[:2]])

        with pytest.raises(Conflict) as refused:
            bulk.update(env, SampleOrder, [{"id": i, "version": 1, "subject": "Yours"} for i in ids])

        assert refused.value.ids == tuple(ids[:2])
        written = select(SampleOrder.subject).where(SampleOrder.id.in_(ids[:2]))
        assert set(env.session.scalars(written)) == {"Mine"}


def test_every_row_that_fails_is_named(order_site: Site) -> None:
    rows = [{"code": f"r{n}", "subject": "x" * (201 if n in (17, 30, 49) else 5)} for n in range(50)]
    with open_env(order_site, CLERK, write=True) as env, pytest.raises(ValidationError) as refused:
        bulk.create(env, SampleOrder, rows)

    assert set(refused.value.fields) == {"17.subject", "30.subject", "49.subject"}


@pytest.mark.parametrize(
    "act",
    [
        lambda env, i: bulk.create(env, SampleOrder, [{"code": "x"}]),
        lambda env, i: bulk.update(env, SampleOrder, [{"id": i, "subject": "x"}]),
        lambda env, i: bulk.delete(env, SampleOrder, [i]),
        lambda env, i: bulk.create(env, SampleOrderLine, [{"order_id": i}]),
    ],
)
def test_grants_are_asked(order_site: Site, act: Callable[[Env, int], object]) -> None:
    with open_env(order_site, CLERK, write=True) as env:
        there = created(env)

    with pytest.raises(Forbidden), open_env(order_site, person(viewer), write=True) as env:
        act(env, there)


def test_field_roles_are_asked(order_site: Site) -> None:
    with open_env(order_site, CLERK, write=True) as env:
        there = created(env)

    for rows in ([{"code": "x", "sample_terms.remark": "x"}], [{"id": there, "sample_terms.remark": "x"}]):
        way = bulk.update if "id" in rows[0] else bulk.create
        with pytest.raises(Forbidden), open_env(order_site, person(author), write=True) as env:
            way(env, SampleOrder, rows)


def test_a_record_is_not_moved_out_of_the_scope(order_site: Site) -> None:
    order_site.access.declare("sample", SCOPES)  # type: ignore[attr-defined]  # AccessRules
    with open_env(order_site, write=True) as env:
        foreign = created(env, company_id=OURS)

    with open_env(order_site, person(author), write=True) as env:
        mine = created(env, code="mine")
        with pytest.raises(NotFound):
            bulk.update(env, SampleOrder, [{"id": foreign, "subject": "x"}])
        assert bulk.update(env, SampleOrder, [{"id": mine, "subject": "x"}]) == [mine]


def test_a_hook_that_refuses_undoes_the_call(order_site: Site) -> None:
    with open_env(order_site, CLERK, write=True) as env, listening(order_site) as listener:
        listener.heard = Refusing()

        with pytest.raises(UserError, match="no more"):
            created(env)

        assert env.session.scalar(select(func.count()).select_from(SampleOrder)) == 0
        with env.as_system() as system:
            assert system.session.scalar(select(func.count()).select_from(Change)) == 0


class Refusing(list[Any]):  # Any: what a hook is told
    """Refuses what it is told."""

    def append(self, _told: object) -> None:
        raise UserError("no more")


def test_what_was_pending_is_written_first(order_site: Site) -> None:
    with open_env(order_site, CLERK, write=True) as env:
        record = SampleOrder(code="pending")
        env.add(record)

        bulk.create(env, SampleOrder, [{"code": "second"}])

        found = env.session.scalars(select(SampleOrder.code).order_by(SampleOrder.id)).all()
        assert found == ["pending", "second"]
