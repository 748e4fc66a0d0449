"""What an administrator may define, change and take away, and what becomes of what was entered."""

from __future__ import annotations

from core.custom.kind import CustomType
from core.testing.process import apart
from tests.core.custom import steps

ITEM = "base.item"


def test_what_cannot_be_a_field_is_refused_with_its_reason_and_leaves_nothing_behind(plain: str) -> None:
    apart(steps.define, plain, ITEM, "colour", "text")
    wrong: list[tuple[dict[str, object], str]] = [
        ({"key": "colour", "kind": CustomType.TEXT}, "already taken by another record"),
        ({"key": "name", "kind": CustomType.TEXT}, "There is a field name already"),
        ({"key": "version", "kind": CustomType.TEXT}, "“version” is reserved"),
        ({"key": "metadata", "kind": CustomType.TEXT}, "“metadata” is reserved"),
        ({"key": "select", "kind": CustomType.TEXT}, "“select” is reserved"),
        ({"key": 'x"; drop table base_item; --', "kind": CustomType.TEXT}, "small letters, digits and _"),
        ({"key": "Größe", "kind": CustomType.TEXT}, "small letters, digits and _"),
        ({"key": "k" * 64, "kind": CustomType.TEXT}, "40 characters at most; this one has 64"),
        ({"key": "price", "kind": CustomType.MONEY}, "have no currency"),
        ({"key": "kin", "kind": CustomType.REFERENCE}, "Say what it refers to"),
        (
            {"key": "kin", "kind": CustomType.REFERENCE, "target": "base.nothing"},
            "There is no base.nothing here",
        ),
        ({"key": "kin", "kind": CustomType.TEXT, "target": ITEM}, "Only a reference refers"),
        ({"key": "size", "kind": CustomType.INTEGER, "default_text": "big"}, "default_text"),
        (
            {"key": "grade", "kind": CustomType.CHOICE, "choices": [("a", "A")], "default_text": "b"},
            "default_text",
        ),
        (
            {"key": "secret", "kind": CustomType.TEXT, "seen_by": "base.nobody"},
            "There is no role base.nobody",
        ),
        ({"key": "needed", "kind": CustomType.TEXT, "required": True}, "2 records have no value"),
        (
            {"model": "base.custom_field", "key": "more", "kind": CustomType.TEXT},
            "There is no base.custom_field here",
        ),
        ({"model": "nothing", "key": "more", "kind": CustomType.TEXT}, "There is no nothing here"),
    ]

    said = apart(steps.refusals, plain, [{"model": ITEM, **case} for case, _reason in wrong])

    assert [
        (text, reason) for text, (_c, reason) in zip(said, wrong, strict=True) if reason not in text
    ] == []
    assert not [text for text in said if "something has changed" in text]


def test_a_field_keeps_its_key_and_type_and_what_it_refers_to(plain: str) -> None:
    apart(steps.define, plain, ITEM, "colour", "text")

    assert "Type cannot be changed" in apart(steps.change, plain, "colour", type="integer")
    assert "Key cannot be changed" in apart(steps.change, plain, "colour", key="hue")
    assert "Of cannot be changed" in apart(steps.change, plain, "colour", model="base.party")
    assert apart(steps.change, plain, "colour", label_text="Paint") == ""


def test_a_choice_that_records_have_stays(plain: str) -> None:
    apart(steps.define, plain, ITEM, "colour", "choice", choices=[("red", "Red"), ("blue", "Blue")])
    apart(steps.put, plain, ITEM, "colour", "red")

    assert "1 records have the choice “red”" in apart(steps.take_choice, plain, "colour", "red")
    assert apart(steps.take_choice, plain, "colour", "blue") == ""


def test_a_value_can_be_required_once_every_record_has_one(plain: str) -> None:
    apart(steps.define, plain, ITEM, "colour", "text")
    apart(steps.put, plain, ITEM, "colour", "red")

    assert "1 records have no value" in apart(steps.change, plain, "colour", required=True)
    apart(steps.put, plain, ITEM, "colour", "red", every=True)
    assert apart(steps.change, plain, "colour", required=True) == ""


def test_a_default_holds_for_records_that_exist_and_another_one_for_those_that_come(plain: str) -> None:
    apart(steps.define, plain, ITEM, "colour", "text")
    apart(steps.put, plain, ITEM, "colour", "blue")
    apart(steps.define, plain, ITEM, "grade", "text", default_text="plain")

    before = apart(steps.values, plain, ITEM, "grade")
    apart(steps.change, plain, "grade", default_text="fine")

    assert before == apart(steps.values, plain, ITEM, "grade") == ["plain", "plain"]
    assert apart(steps.values, plain, ITEM, "colour") == ["blue", None]


def test_a_hidden_field_comes_back_with_what_was_entered_and_a_purged_one_does_not(plain: str) -> None:
    apart(steps.define, plain, ITEM, "kin", "reference", target="base.party")
    apart(steps.define, plain, ITEM, "colour", "text")
    apart(steps.put, plain, ITEM, "colour", "red")

    apart(steps.do, plain, "colour", "hide")
    apart(steps.do, plain, "colour", "show")
    kept = apart(steps.values, plain, ITEM, "colour")
    apart(steps.do, plain, "kin", "hide")
    apart(steps.do, plain, "kin", "purge")

    assert kept == apart(steps.values, plain, ITEM, "colour") == ["red", None]
    assert apart(steps.columns, plain, "custom_base_item") == ["id", "colour"]
    assert apart(steps.drifts, plain) == []


def test_an_administrator_defines_a_choice_with_its_values_on_one_page(plain: str) -> None:
    assert "custom.farbe" in apart(steps.define_by_form, plain)

    assert apart(steps.values, plain, ITEM, "farbe") == ["red", "red"]


def test_what_nobody_entered_is_found_by_its_default_and_through_a_reference_too(plain: str) -> None:
    apart(steps.define, plain, ITEM, "grade", "text", default_text="plain")
    apart(steps.define, plain, ITEM, "colour", "text")

    assert apart(steps.found_by, plain, "grade", "plain") == (["Kestrel-1"], ["L-1"])


def test_a_required_field_is_asked_for_by_forms_and_the_api(plain: str) -> None:
    apart(steps.define, plain, ITEM, "grade", "text")
    apart(steps.put, plain, ITEM, "grade", "fine", every=True)
    apart(steps.change, plain, "grade", required=True)

    assert apart(steps.create_item, plain) == [False, 422]
    assert apart(steps.create_item, plain, grade="fine") == [True, 201]
