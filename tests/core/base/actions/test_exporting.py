"""Exports in the model layer: streamed, in the reader's words, and no more than the reader sees."""

from __future__ import annotations

import io
import os
import tracemalloc
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import BinaryIO

import pytest
from sqlalchemy import select

from core import i18n
from core.base import Activity, BomLine, Comment, Item, Party, Unit
from core.base.actions import exporting
from core.base.models.product import Bom
from core.errors import Forbidden
from core.formats.column import Column, Value
from core.formats.tabular_writer import write_csv, write_xlsx
from core.orm import bulk
from core.orm.condition import where
from core.orm.env import Env
from tests.core.base.conftest import Plant

Write = Callable[[BinaryIO, Sequence[Column], Iterable[Sequence[Value]]], None]
#: Some times as many as are read at once.
FEW = 1_500


def many(env: Env, count: int) -> None:
    unit = env.session.scalars(select(Unit.id)).one()
    bulk.create(
        env, Item, [{"code": f"I-{n:06d}", "name": f"Item {n}", "unit_id": unit} for n in range(count)]
    )


def test_rows_are_what_fulfils_the_condition_in_order_the_id_first(plant: Plant) -> None:
    with plant.env("maren", write=True) as env:
        many(env, 5)
        found = list(
            exporting.rows(env, Item, ["code", "unit_id"], where(Item.code, "ge", "I-000003"), ("-code",))
        )

        assert [row[1:] for row in found] == [["MB-1180", "pcs"], ["I-000004", "pcs"], ["I-000003", "pcs"]]
        codes = {row.id: row.code for row in env.session.execute(select(Item.id, Item.code))}
        assert [codes[int(str(row[0]))] for row in found] == [row[1] for row in found]


def test_what_the_person_does_not_see_is_not_there(plant: Plant) -> None:
    with plant.env("ines") as env:
        assert [row[1] for row in exporting.rows(env, Party, ["code"], None)] == ["OL"]
        with pytest.raises(Forbidden, match="You may not see secret"):
            exporting.columns(env, Party, ["code", "secret"])


def test_a_record_that_the_person_may_not_see_has_no_name(plant: Plant) -> None:
    with plant.env("maren", write=True) as env, env.as_system() as system:
        for subject, login in (("own", "maren"), ("far", "ines")):
            people = {"assignee_id": plant.id_of(login), "author_id": plant.id_of("maren")}
            system.add(
                Activity(subject=subject, model="base.item", record_id=1, company_id=env.company_id, **people)
            )
        system.flush()
    with plant.env("maren") as env:
        found = list(exporting.rows(env, Activity, ["subject", "assignee_id"], None, ("-subject",)))

    assert [row[1:] for row in found] == [["own", "Maren"], ["far", str(exporting.HIDDEN)]]


def test_numbers_keep_every_digit(plant: Plant) -> None:
    with plant.env("maren", write=True) as env:
        item = env.session.scalars(select(Item)).one()
        bom = Bom(code="B", item_id=item.id)
        env.add(bom)
        env.flush()
        env.add(BomLine(bom_id=bom.id, item_id=item.id, unit_id=item.unit_id, quantity=Decimal("0.000001")))
        env.flush()
        target = io.BytesIO()
        write_csv(
            target,
            exporting.columns(env, BomLine, ["quantity"]),
            exporting.rows(env, BomLine, ["quantity"], None),
        )

    assert target.getvalue().decode("utf-8-sig").splitlines()[1].split(",")[1] == "0.000001"


def test_the_hour_that_clocks_show_twice_is_written_with_its_offset(plant: Plant) -> None:
    hours = (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), datetime(2026, 7, 1, 10, 30, tzinfo=UTC))
    with plant.env("tove", write=True) as env, env.as_system() as system:
        system.principal = type(system.principal)(zone="Europe/Berlin")
        author = plant.id_of("tove")
        system.add(
            *(
                Comment(model="base.item", record_id=1, body="x", author_id=author, edited_at=at)
                for at in hours
            )
        )
        system.flush()
        found = [row[1] for row in exporting.rows(system, Comment, ["edited_at"], None, clock_time=True)]

    assert found == ["2026-10-25T02:30:00+02:00", datetime.fromisoformat("2026-07-01T12:30")]


def test_headings_are_unique_and_in_the_reader_s_language(plant: Plant) -> None:
    with plant.env("maren") as env, i18n.speaking("de"):
        names = [column.name for column in exporting.columns(env, Item, exporting.default_fields(env, Item))]

    assert len(names) == len(set(names))
    assert "Einheit" in names


@pytest.mark.parametrize("write", [write_csv, write_xlsx])
def test_three_times_the_rows_do_not_take_three_times_the_memory(plant: Plant, write: Write) -> None:
    with plant.env("maren", write=True) as env:
        many(env, 3 * FEW)
    with plant.env("maren") as env:
        _peak(env, write, FEW)  # what is imported and compiled once is no row's cost
        few, three_times = _peak(env, write, FEW), _peak(env, write, 3 * FEW)

    assert three_times < few * 1.8


def _peak(env: Env, write: Write, count: int) -> int:
    names = ["code", "name", "unit_id", "active"]
    columns = exporting.columns(env, Item, names)
    tracemalloc.start()
    with Path(os.devnull).open("wb") as target:
        write(target, columns, exporting.rows(env, Item, names, where(Item.code, "lt", f"I-{count:06d}")))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak
