"""`dovetail import ubl`."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from addons.erp_supply.command import group
from addons.erp_supply.models import PurchaseOrder
from core.base import Company
from core.errors import UserError
from core.orm.env import open_env
from tests.addons.erp_supply.invoice_files import invoice, line, written
from tests.addons.erp_supply.plant import Plant


def _run(plant: Plant, *arguments: object) -> Result:
    return CliRunner().invoke(group, ["ubl", *map(str, arguments)], obj=partial(open_env, plant.site))


def _written(folder: Path, **contents: bytes) -> list[Path]:
    for name, content in contents.items():
        (folder / f"{name}.xml").write_bytes(content)
    return [folder / f"{name}.xml" for name in contents]


def _orders(plant: Plant) -> Sequence[PurchaseOrder]:
    with open_env(plant.site) as env:
        return env.session.scalars(select(PurchaseOrder)).all()


def test_a_dry_run_says_what_would_happen_by_file_and_line(plant: Plant, tmp_path: Path) -> None:
    files = _written(tmp_path, r1=written(invoice()), bad=written(invoice(line(unit="SACK"))))

    done = _run(plant, *files, "--company", "KH", "--dry-run")

    assert done.exit_code == 1
    assert "r1.xml: New document. New supplier Gusswerk Nord" in done.output
    assert "R-1  Gusswerk Nord  125.00 + 23.75 = 148.75 EUR" in done.output
    assert "   1  GUSSWERK-NORD-G-77" in done.output
    assert "bad.xml: Refused. In line" in done.output
    assert "1 would be new, 0 are there already, 1 refused. Nothing written." in done.output
    assert _orders(plant) == []


def test_files_are_imported_for_the_company_named_and_once(plant: Plant, tmp_path: Path) -> None:
    files = _written(tmp_path, r1=written(invoice()))

    first = _run(plant, *files, "--company", "OM")
    second = _run(plant, *files, "--company", "OM")

    assert (first.exit_code, second.exit_code) == (0, 0)
    assert "1 new, 0 there already, 0 refused." in first.output
    assert "0 new, 1 there already, 0 refused." in second.output
    with open_env(plant.site) as env:
        company = env.session.scalars(select(Company).where(Company.code == "OM")).one()
        assert [order.company_id for order in _orders(plant)] == [company.id]


def test_without_a_company_where_there_are_several_nothing_is_imported(plant: Plant, tmp_path: Path) -> None:
    done = _run(plant, *_written(tmp_path, r1=written(invoice())))

    assert isinstance(done.exception, UserError)
    assert "Name the company that buys with --company, one of: KH, OM" in str(done.exception)
    assert _orders(plant) == []


@pytest.mark.parametrize("arguments", [["nowhere.xml"], []])
def test_a_missing_file_is_a_mistake_of_the_command_line(plant: Plant, arguments: list[str]) -> None:
    assert _run(plant, *arguments).exit_code == 2
