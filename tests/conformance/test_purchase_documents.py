"""Published EN 16931 invoices become purchase documents with exactly their published totals, once."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from addons.erp_supply.actions import invoicing
from addons.erp_supply.actions.invoicing import Result
from addons.erp_supply.models import DocumentKind, OrderState, PurchaseOrder, PurchaseTax
from core.base import Item, Party
from core.orm.env import Env
from tests.addons.erp_supply.conftest import plant as plant  # noqa: PLC0414 -- a fixture is used by its name
from tests.addons.erp_supply.plant import Plant

Case = dict[str, Any]  # Any: the published figures


@pytest.fixture(scope="module")
def cases(data_dir: Path) -> list[Case]:
    published: list[Case] = json.loads(
        (data_dir / "finance" / "ubl_expected.json").read_text(encoding="utf-8")
    )
    return published


@pytest.fixture(scope="module")
def files(data_dir: Path, cases: list[Case]) -> list[tuple[str, bytes]]:
    folder = data_dir / "finance"
    return [(Path(case["file"]).name, (folder / case["file"]).read_bytes()) for case in cases]


def test_a_dry_run_of_all_published_invoices_tells_their_totals_and_writes_nothing(
    plant: Plant, cases: list[Case], files: list[tuple[str, bytes]]
) -> None:
    with plant.env("maren") as env:
        before = _counts(env)
        told = invoicing.try_over(env, files)
        after = _counts(env)

    assert [t.result for t in told] == [Result.TAKEN_OVER] * 22
    assert [_totals_of(t) for t in told] == [_published(case) for case in cases]
    assert after == before


def test_all_published_invoices_become_purchase_documents_with_exactly_their_totals(
    plant: Plant, cases: list[Case], files: list[tuple[str, bytes]]
) -> None:
    with plant.env("maren") as env:
        taken = list(invoicing.take_over_each(env, files))

    assert [str(t.notes[0]) for t in taken if t.result is not Result.TAKEN_OVER] == []
    with plant.env("maren", write=False) as env:
        for case, each in zip(cases, taken, strict=True):
            order = env.get(PurchaseOrder, each.order_id or 0)
            assert (order.kind, order.state) == (DocumentKind.ORDER, OrderState.CONFIRMED)
            assert order.currency.code == case["currency"]
            assert len(order.lines) == case["lines"]
            assert sum(line.amount for line in order.lines) == Decimal(case["line_total"])
            assert _charged(order, is_charge=False) == Decimal(case["allowances"])
            assert _charged(order, is_charge=True) == Decimal(case["charges"])
            stored = (order.net, order.tax, order.total, order.prepaid, order.rounding, order.payable)
            assert stored == tuple(
                Decimal(case[name]) for name in ("net", "vat", "gross", "prepaid", "rounding", "payable")
            )
            assert sorted(_breakdown(order.taxes)) == sorted(_published_breakdown(case))


def test_the_same_invoices_again_double_nothing_and_say_so(
    plant: Plant, files: list[tuple[str, bytes]]
) -> None:
    with plant.env("maren") as env:
        first = list(invoicing.take_over_each(env, files))
    with plant.env("maren") as env:
        before = _counts(env)
        again = list(invoicing.take_over_each(env, files))

    assert {t.result for t in again} == {Result.KNOWN}
    assert [t.order_id for t in again] == [t.order_id for t in first]
    with plant.env("maren", write=False) as env:
        assert _counts(env) == before
        order = env.get(PurchaseOrder, again[0].order_id or 0)
        assert str(again[0].notes[0]) == f"Already imported as {order.number}; it stays as it is."


def _counts(env: Env) -> tuple[int | None, ...]:
    return tuple(
        env.session.scalar(select(func.count()).select_from(model)) for model in (PurchaseOrder, Party, Item)
    )


def _totals_of(taken: invoicing.Taken) -> tuple[Decimal, ...]:
    return taken.net, taken.tax, taken.total, taken.payable


def _published(case: Case) -> tuple[Decimal, ...]:
    return tuple(Decimal(case[name]) for name in ("net", "vat", "gross", "payable"))


def _charged(order: PurchaseOrder, *, is_charge: bool) -> Decimal:
    return sum((c.amount for c in order.charges if c.is_charge is is_charge), Decimal(0))


def _breakdown(taxes: list[PurchaseTax]) -> Iterator[tuple[str, Decimal, Decimal, Decimal]]:
    for tax in taxes:
        yield tax.category, tax.percent or Decimal(0), tax.taxable, tax.amount


def _published_breakdown(case: Case) -> Iterator[tuple[str, Decimal, Decimal, Decimal]]:
    for taxable, tax, category, percent in case["vat_breakdown"]:
        yield category, Decimal(0) if percent == "None" else Decimal(percent), Decimal(taxable), Decimal(tax)
