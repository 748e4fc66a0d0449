"""Published EN 16931 invoices (Peppol BIS 3, XRechnung) come to exactly their published totals."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import TypedDict

import pytest

from core.formats import ubl, ubl_writer
from core.formats.en16931 import Invoice, Kind
from core.formats.en16931_rules import check
from core.formats.units import unit
from tests.core.formats.invoices import without_source_lines


class Expected(TypedDict):
    file: str
    type: str
    currency: str
    lines: int
    line_total: str
    allowances: str
    charges: str
    net: str
    vat: str
    gross: str
    prepaid: str
    rounding: str
    payable: str
    vat_breakdown: list[list[str]]
    problems: list[str]


@dataclass(frozen=True)
class Case:
    expected: Expected
    invoice: Invoice


@pytest.fixture(scope="module")
def cases(data_dir: Path) -> list[Case]:
    return list(_cases(data_dir / "finance"))


def _cases(folder: Path) -> Iterator[Case]:
    published: list[Expected] = json.loads((folder / "ubl_expected.json").read_text(encoding="utf-8"))
    for expected in published:
        yield Case(expected, ubl.read_file(folder / expected["file"]))


def test_all_published_invoices_are_read(cases: list[Case]) -> None:
    assert len(cases) == 22
    assert {case.invoice.kind for case in cases} == {Kind.INVOICE}
    assert {case.expected["type"] for case in cases} == {"Invoice"}


def test_their_currency_and_number_of_lines_are_those_published(cases: list[Case]) -> None:
    read = [(case.invoice.currency, len(case.invoice.lines)) for case in cases]

    assert read == [(case.expected["currency"], case.expected["lines"]) for case in cases]


@pytest.mark.parametrize(
    "total", ["line_total", "allowances", "charges", "net", "vat", "gross", "prepaid", "rounding", "payable"]
)
def test_their_totals_are_those_published(cases: list[Case], total: str) -> None:
    read = {case.expected["file"]: _totals(case.invoice)[total] for case in cases}

    published = {case.expected["file"]: Decimal(str(dict(case.expected)[total])) for case in cases}
    assert read == published


def _totals(invoice: Invoice) -> dict[str, Decimal]:
    totals = invoice.totals
    return {
        "line_total": totals.lines,
        "allowances": totals.allowances,
        "charges": totals.charges,
        "net": totals.net,
        "vat": invoice.tax_amount,
        "gross": totals.gross,
        "prepaid": totals.prepaid,
        "rounding": totals.rounding,
        "payable": totals.payable,
    }


def test_their_breakdown_by_vat_rate_is_the_published_one_digit_by_digit(cases: list[Case]) -> None:
    read = {
        case.expected["file"]: [
            [str(each.taxable), str(each.tax), each.category.code, str(each.category.percent)]
            for each in case.invoice.breakdown
        ]
        for case in cases
    }

    assert read == {case.expected["file"]: case.expected["vat_breakdown"] for case in cases}


def test_they_break_exactly_the_rules_published(cases: list[Case]) -> None:
    found = {case.expected["file"]: [str(problem) for problem in check(case.invoice)] for case in cases}

    assert found == {case.expected["file"]: case.expected["problems"] for case in cases}


def test_their_lines_add_up_to_their_line_total(cases: list[Case]) -> None:
    for case in cases:
        assert sum(line.net for line in case.invoice.lines) == case.invoice.totals.lines, case.expected[
            "file"
        ]


def test_every_unit_on_their_lines_is_known(cases: list[Case]) -> None:
    codes = {line.unit for case in cases for line in case.invoice.lines}

    assert {unit(code).code for code in codes} == codes
    assert {"XPP", "NAR", "ANN", "KWH"} <= codes


def test_written_as_ubl_and_read_again_they_are_unchanged(cases: list[Case]) -> None:
    for case in cases:
        again = ubl.read(ubl_writer.write(case.invoice))

        assert without_source_lines(again) == without_source_lines(case.invoice), case.expected["file"]
