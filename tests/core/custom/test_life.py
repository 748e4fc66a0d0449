"""Custom fields over the life of addons, and in processes that began before them."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.testing.process import Apart, apart
from tests.core.custom import steps
from tests.core.migrate import steps as life

BOOK = "library.book"


def test_a_purge_takes_the_custom_fields_of_its_records_and_those_that_refer_to_them(library: str) -> None:
    apart(steps.define, library, BOOK, "shelf", "text")
    apart(steps.define, library, "base.item", "manual", "reference", target=BOOK)
    apart(steps.define, library, "base.item", "colour", "text")

    plan = [str(line) for line in apart(life.lines_of_plan, library, "library")]
    apart(life.remove, library, "library")

    assert "Drops table custom_library_book with 0 rows" in plan
    assert "Drops the custom field custom_base_item.manual, which refers to it" in plan
    assert apart(steps.defined, library) == ["base.item.colour"]
    assert apart(steps.columns, library, "custom_base_item") == ["id", "colour"]
    assert apart(steps.columns, library, "custom_library_book") == []
    assert apart(steps.drifts, library) == []


def test_a_disabled_addon_keeps_what_was_entered_in_its_custom_fields(library: str) -> None:
    apart(steps.define, library, BOOK, "shelf", "text")
    apart(steps.put, library, BOOK, "shelf", "A 7")
    apart(steps.define, library, "base.item", "manual", "reference", target=BOOK)

    apart(life.disable, library, "library")
    apart(steps.define, library, "base.item", "colour", "text")
    apart(life.enable, library, "library")

    assert apart(steps.values, library, BOOK, "shelf")[0] == "A 7"
    assert apart(steps.drifts, library) == []


def test_an_archive_brings_back_what_was_entered_in_custom_fields(library: str, tmp_path: Path) -> None:
    file = tmp_path / "library.tar.zst"
    apart(steps.define, library, BOOK, "shelf", "choice", choices=[("a", "A"), ("b", "B")])
    apart(steps.put, library, BOOK, "shelf", "b")

    apart(life.archive, library, "library", file)
    gone = apart(steps.defined, library)
    apart(life.restore, library, file)

    assert gone == []
    assert apart(steps.values, library, BOOK, "shelf")[0] == "b"
    assert apart(steps.drifts, library) == []


def test_a_process_that_does_not_know_a_custom_field_may_not_write(plain: str) -> None:
    with pytest.raises(Apart, match="custom fields of this site changed while this process ran"):
        apart(steps.write_after_others_defined, plain)


def test_custom_fields_change_nothing_of_what_the_addons_tables_should_be(library: str) -> None:
    apart(steps.define, library, BOOK, "shelf", "text", searched=True)

    assert apart(life.drifts, library, "library") == []
    assert apart(life.drifts, library, "base") == []
