"""Pieces reported at equipment: once, with a reason where they are bad, for what the machine works on."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import select

from addons.mes_equipment.actions import reporting
from addons.mes_equipment.actions.recording import Said, record
from addons.mes_equipment.actions.reporting import Report, report
from addons.mes_equipment.models import CountEvent, CountKind, EquipmentState, Reason
from addons.mes_equipment.rules.ledger import Work
from core import Env, Forbidden, UserError, ValidationError
from core.base import Item
from tests.addons.mes_equipment.floor import Floor, at, do, machine, one


def _counts(env: Env) -> list[tuple[CountKind, Decimal, str | None]]:
    rows = env.session.scalars(select(CountEvent).order_by(CountEvent.id))
    return [(c.kind, c.quantity, c.order_code) for c in rows]


def test_good_scrap_and_rework_are_one_report_for_the_order_that_runs(floor: Floor) -> None:
    with floor.env("idris") as env:
        item = one(env, Item, code="VB-1")
        record(env, [Said(machine(env).id, at(0), EquipmentState.RUN, work=Work("WO-1", "20", item.id))])

        do(env, reporting.report_pieces, machine(env), good=Decimal(10), scrap=Decimal(1), rework=Decimal(2),
           reason_id=one(env, Reason, code="POROSITY").id)  # fmt: skip

        assert _counts(env) == [
            (CountKind.GOOD, Decimal(10), "WO-1"),
            (CountKind.SCRAP, Decimal(1), "WO-1"),
            (CountKind.REWORK, Decimal(2), "WO-1"),
        ]
        assert set(env.session.scalars(select(CountEvent.unit_id))) == {item.unit_id}


def test_what_is_reported_late_counts_for_what_ran_then(floor: Floor) -> None:
    with floor.env() as env:
        here = machine(env).id
        record(env, [Said(here, at(10), EquipmentState.RUN, work=Work("WO-1"))])
        record(env, [Said(here, at(60), EquipmentState.RUN, work=Work("WO-2"))])

        report(env, [Report(here, at(m), CountKind.GOOD, Decimal(1)) for m in (5, 10, 59, 60)])

        assert [order for _kind, _quantity, order in _counts(env)] == [None, "WO-1", "WO-1", "WO-2"]


def test_bad_pieces_need_a_reason_and_nothing_is_no_report(floor: Floor) -> None:
    with floor.env("idris") as env:
        with pytest.raises(ValidationError, match="reason"):
            do(env, reporting.report_pieces, machine(env), good=Decimal(1), scrap=Decimal(1))
        with pytest.raises(ValidationError, match="at least one"):
            do(env, reporting.report_pieces, machine(env), good=Decimal(0))


def test_a_report_sent_twice_counts_once_and_another_under_its_key_is_refused(floor: Floor) -> None:
    with floor.env("idris") as env:
        for _time in range(2):
            do(env, reporting.report_pieces, machine(env), good=Decimal(3), key="T1-5")
        assert _counts(env) == [(CountKind.GOOD, Decimal(3), None)]

        with pytest.raises(UserError, match="other contents"):
            do(env, reporting.report_pieces, machine(env), good=Decimal(4), key="T1-5")


def test_a_correction_takes_the_place_of_a_count_once(floor: Floor) -> None:
    with floor.env("idris") as env:
        do(env, reporting.report_pieces, machine(env), good=Decimal(30))
    with floor.env("amina") as env:
        wrong = env.session.scalars(select(CountEvent)).one()

        do(env, reporting.correct_count, wrong, quantity=Decimal(3))

        assert [quantity for _kind, quantity, _order in _counts(env)] == [Decimal(30), Decimal(3)]
        with pytest.raises(UserError, match="corrected this entry already"):
            do(env, reporting.correct_count, wrong, quantity=Decimal(4))


def test_no_count_is_negative(floor: Floor) -> None:
    with floor.env() as env, pytest.raises(UserError, match="negative"):
        report(env, [Report(machine(env).id, at(0), CountKind.GOOD, Decimal(-1))])


def test_an_operator_corrects_no_count_and_a_viewer_reports_none(floor: Floor) -> None:
    with floor.env("idris") as env:
        do(env, reporting.report_pieces, machine(env), good=Decimal(3))
        with pytest.raises(Forbidden):
            do(
                env,
                reporting.correct_count,
                env.session.scalars(select(CountEvent)).one(),
                quantity=Decimal(4),
            )
    with floor.env("vera") as env, pytest.raises(Forbidden):
        do(env, reporting.report_pieces, machine(env), good=Decimal(3))


def test_the_ledger_of_counts_is_never_changed(floor: Floor) -> None:
    with floor.env() as env:
        (made,) = report(env, [Report(machine(env).id, at(0), CountKind.GOOD, Decimal(1))])
        env.get(CountEvent, made).quantity = Decimal(2)

        with pytest.raises(UserError, match="never changed"):
            env.flush()
