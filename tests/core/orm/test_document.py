"""Documents and their parts: whoever writes lines raises the version of what they are lines of."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest
from sqlalchemy import select

from core.orm import bulk
from core.orm.env import Env, Site, open_env
from core.orm.tracking import Change
from tests.core.orm.orders import SampleOrder, SampleOrderLine, clerk, counting, person

CLERK = person(clerk)
Step = Callable[[Env, SampleOrder], object]


def add_a_line(env: Env, order: SampleOrder) -> None:
    order.lines.append(SampleOrderLine(quantity=Decimal(2), amount=Decimal(0)))


def add_a_line_by_id(env: Env, order: SampleOrder) -> None:
    env.add(SampleOrderLine(order_id=order.id, quantity=Decimal(2)))


def change_a_line(env: Env, order: SampleOrder) -> None:
    order.lines[0].quantity = Decimal(2)


def take_a_line_out(env: Env, order: SampleOrder) -> None:
    order.lines.pop()


def delete_a_line(env: Env, order: SampleOrder) -> None:
    env.delete(order.lines[0])


def add_a_line_in_bulk(env: Env, order: SampleOrder) -> None:
    bulk.create(env, SampleOrderLine, [{"order_id": order.id, "quantity": Decimal(2)}])


def change_a_line_in_bulk(env: Env, order: SampleOrder) -> None:
    bulk.update(env, SampleOrderLine, [{"id": order.lines[0].id, "quantity": Decimal(2)}])


def delete_a_line_in_bulk(env: Env, order: SampleOrder) -> None:
    bulk.delete(env, SampleOrderLine, [order.lines[0].id])


STEPS = [
    add_a_line, add_a_line_by_id, change_a_line, take_a_line_out, delete_a_line,
    add_a_line_in_bulk, change_a_line_in_bulk, delete_a_line_in_bulk,
]  # fmt: skip


def make_order(site: Site, *, amount: int = 0) -> int:
    with open_env(site, CLERK, write=True) as env:
        order = SampleOrder(code="A", lines=[SampleOrderLine(quantity=Decimal(1), amount=Decimal(amount))])
        env.add(order)
        env.flush()
        return order.id


def make_order_called(site: Site, code: str) -> int:
    with open_env(site, CLERK, write=True) as env:
        return bulk.create(env, SampleOrder, [{"code": code}])[0]


def version(site: Site, order_id: int) -> int:
    with open_env(site) as env:
        return env.get(SampleOrder, order_id).version


@pytest.mark.parametrize("step", STEPS)
def test_the_version_rises_once_with_a_line_that_leaves_the_total_as_it_is(
    order_site: Site, step: Step
) -> None:
    order_id = make_order(order_site)

    with open_env(order_site, CLERK, write=True) as env:
        order = env.get(SampleOrder, order_id)
        step(env, order)
        env.flush()
        seen = order.version, order.changed_by_id

    assert seen == (2, CLERK.user_id)
    assert version(order_site, order_id) == 2


@pytest.mark.parametrize("step", [take_a_line_out, delete_a_line_in_bulk])
def test_a_line_that_changes_the_total_raises_the_version_once_too(order_site: Site, step: Step) -> None:
    order_id = make_order(order_site, amount=5)

    with open_env(order_site, CLERK, write=True) as env:
        step(env, env.get(SampleOrder, order_id))

    assert version(order_site, order_id) == 2


@pytest.mark.parametrize("in_bulk", [False, True])
def test_a_line_that_moves_raises_both_documents(order_site: Site, in_bulk: bool) -> None:
    left, joined = make_order(order_site), make_order_called(order_site, "B")

    with open_env(order_site, CLERK, write=True) as env:
        line = env.get(SampleOrder, left).lines[0]
        if in_bulk:
            bulk.update(env, SampleOrderLine, [{"id": line.id, "order_id": joined}])
        else:
            line.order = env.get(SampleOrder, joined)

    assert (version(order_site, left), version(order_site, joined)) == (2, 2)


def test_an_order_that_goes_takes_its_lines_without_a_word(order_site: Site) -> None:
    order_id = make_order(order_site)

    with counting(order_site) as sent, open_env(order_site, CLERK, write=True) as env:
        env.delete(env.get(SampleOrder, order_id))

    assert not [statement for statement in sent if statement.startswith("UPDATE")]


def test_the_versions_of_many_documents_rise_in_one_statement(order_site: Site) -> None:
    orders = [make_order_called(order_site, f"O{number}") for number in range(5)]

    with counting(order_site) as sent, open_env(order_site, CLERK, write=True) as env:
        bulk.create(env, SampleOrderLine, [{"order_id": order_id} for order_id in orders])

    assert len([statement for statement in sent if "UPDATE" in statement.split("(")[0]]) == 1


def test_lines_of_one_order_written_at_once_are_in_nobodys_way(order_site: Site) -> None:
    order_id = make_order(order_site)

    with open_env(order_site, CLERK) as reading:
        kept = reading.get(SampleOrder, order_id)
        with open_env(order_site, CLERK, write=True) as env:
            change_a_line(env, env.get(SampleOrder, order_id))
        assert kept.version == 1

    with open_env(order_site, CLERK, write=True) as env:
        add_a_line_by_id(env, env.get(SampleOrder, order_id))

    assert version(order_site, order_id) == 3


def test_totals_settle_after_a_write_in_bulk_that_left_them_alone(order_site: Site) -> None:
    order_id = make_order(order_site, amount=5)

    with open_env(order_site, CLERK, write=True) as env:
        order = env.get(SampleOrder, order_id)
        change_a_line_in_bulk(env, order)
        order.lines[0].amount = Decimal(7)
        env.flush()

        assert order.total == Decimal(7)


def test_the_trail_tells_of_a_record_that_was_linked_while_it_was_made(order_site: Site) -> None:
    order_id = make_order(order_site)

    with open_env(order_site, CLERK, write=True) as env:
        env.get(SampleOrder, order_id).copied_from = SampleOrder(code="origin")
    with open_env(order_site) as env:
        origin = env.get(SampleOrder, order_id).copied_from_id
        told = env.session.scalars(select(Change.new).where(Change.record_id == order_id)).all()

    assert origin is not None
    assert f'{{"copied_from_id":{origin}}}' in told
