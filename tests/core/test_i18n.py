"""Texts take the reader's language when they are shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from core import i18n
from core.i18n import _, plural

PO = """
msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: nplurals=2; plural=n != 1;\\n"

msgid "Greetings, {name}, from the tests"
msgstr "Gruß der Tests, {name}"

msgid "{count} test crate"
msgid_plural "{count} test crates"
msgstr[0] "{count} Prüfkiste"
msgstr[1] "{count} Prüfkisten"
"""


@pytest.fixture(autouse=True)
def catalog(tmp_path: Path) -> None:
    (tmp_path / "de.po").write_text(PO, encoding="utf-8")
    i18n.add_catalogs(tmp_path)


def test_a_text_is_translated_when_it_is_shown_not_when_it_is_made() -> None:
    text = _("Greetings, {name}, from the tests", name="Ada")

    with i18n.speaking("de_CH"):
        german = str(text)

    assert (str(text), german) == ("Greetings, Ada, from the tests", "Gruß der Tests, Ada")


def test_plurals_follow_the_rule_of_the_language() -> None:
    with i18n.speaking("de"):
        shown = [str(plural("{count} test crate", "{count} test crates", n)) for n in (1, 2)]

    assert shown == ["1 Prüfkiste", "2 Prüfkisten"]


def test_a_text_without_translation_stays_as_it_is() -> None:
    with i18n.speaking("fr"):
        assert str(_("Nobody translates this test")) == "Nobody translates this test"


def test_a_value_cannot_smuggle_markup_into_a_page() -> None:
    assert "<b>" not in _("Greetings, {name}, from the tests", name="<b>").__html__()


def test_the_first_translation_of_a_text_wins(tmp_path: Path) -> None:
    later = tmp_path / "later"
    later.mkdir()
    (later / "de.po").write_text(PO.replace("Gruß der Tests", "Später"), encoding="utf-8")

    i18n.add_catalogs(later)

    with i18n.speaking("de"):
        assert str(_("Greetings, {name}, from the tests", name="X")) == "Gruß der Tests, X"
