"""The core and base speak German throughout."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from babel.messages.pofile import read_po

import core
from core import i18n
from core.addon import load, manifest
from core.base import Item
from core.checks.translations import texts
from core.i18n import _, plural, speaking

FOLDER = Path(core.__file__).parent
_VALUE = re.compile(r"\{[^}]*\}")


@pytest.fixture(scope="module")
def german() -> dict[str, Message]:
    with (FOLDER / "base" / "locale" / "de.po").open("rb") as file:
        return {_forms(message.id)[0]: message for message in read_po(file, locale="de") if message.id}


def test_every_text_of_the_core_has_its_german(german: dict[str, Message]) -> None:
    missing = [
        (place, text)
        for place, text in texts(FOLDER)
        if text not in german or not all(_forms(german[text].string))
    ]

    assert missing == []


def test_every_german_text_is_still_asked_for(german: dict[str, Message]) -> None:
    assert set(german) - {text for _place, text in texts(FOLDER)} == set()


def test_german_texts_take_the_same_values(german: dict[str, Message]) -> None:
    assert [
        (source, said)
        for message in german.values()
        for source, said in zip(_forms(message.id), _forms(message.string), strict=True)
        if sorted(_VALUE.findall(source)) != sorted(_VALUE.findall(said))
    ] == []


def test_no_german_text_promises_success_or_shouts(german: dict[str, Message]) -> None:
    spoken = [said for message in german.values() for said in _forms(message.string)]

    assert [said for said in spoken if re.search(r"\bbitte\b|erfolgreich|!", said, re.IGNORECASE)] == []


def test_a_reader_of_german_is_spoken_to_in_german() -> None:
    load([manifest("core.base")])

    with speaking("de_AT"):
        assert str(Item.plural) == "Artikel"
        assert str(_("{field} is needed.", field=_("Code"))) == "Code wird benötigt."
        assert str(plural("{count} record", "{count} records", 1)) == "1 Datensatz"
        assert str(plural("{count} record", "{count} records", 3)) == "3 Datensätze"
    assert str(Item.plural) == "Items"
    assert i18n.locale() == "en"


def _forms(text: object) -> list[str]:
    return list(_strings(text))


def _strings(text: object) -> Iterator[str]:
    yield from (str(each) for each in (text if isinstance(text, list | tuple) else (text,)))
