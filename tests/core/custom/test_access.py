"""Whoever may not have a custom field comes to it on no way, and to no record of another company through it."""

from __future__ import annotations

from core.testing.process import apart
from tests.core.custom import steps

ITEM = "base.item"
#: What everybody who reads items may do with a field that is everybody's.
READING = ["form", "value", "filter", "sort", "group", "export"]


def test_who_is_no_administrator_defines_nothing_and_uses_what_is_there(plain: str) -> None:
    apart(steps.define, plain, ITEM, "colour", "text")

    assert apart(steps.reached, plain, "kestrel-master_data_editor", "colour") == [
        "form", "value", "value change", "filter", "sort", "group", "export"
    ]  # fmt: skip


def test_a_field_for_a_role_is_not_there_for_others(plain: str) -> None:
    apart(steps.define, plain, ITEM, "secret", "text", seen_by="base.personnel_officer")

    assert apart(steps.reached, plain, "kestrel-master_data_editor", "secret") == []
    assert "value change" in apart(steps.reached, plain, "kestrel-administrator", "secret", changing=False)


def test_a_field_that_one_role_sets_is_read_by_the_others(plain: str) -> None:
    apart(steps.define, plain, ITEM, "approved", "text", set_by="base.personnel_officer")

    assert apart(steps.reached, plain, "kestrel-master_data_editor", "approved") == READING


def test_a_field_of_one_company_is_not_there_in_another_even_for_its_administrator(plain: str) -> None:
    osprey = apart(steps.company, plain, "Osprey")
    apart(steps.define, plain, ITEM, "ours", "text", company_id=osprey)

    assert apart(steps.reached, plain, "kestrel-administrator", "ours") == ["new"]
    assert "value change" in apart(steps.reached, plain, "osprey-administrator", "ours", changing=False)


def test_a_reference_to_a_record_of_another_company_is_refused(plain: str) -> None:
    apart(steps.define, plain, ITEM, "kin", "reference", target="base.party")

    assert apart(steps.refused_reference, plain, "kestrel-administrator", "kin") == 403
