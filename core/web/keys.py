"""The sheet of keyboard shortcuts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from flask import Blueprint, Response, request

from core.base.actions.documenting import docs_root
from core.i18n import _
from core.orm.model import model_named
from core.web.format import in_sentence
from core.web.learning import learn_more
from core.web.parts import Action, Crumb, Page, Words
from core.web.request import env, visitor
from core.web.shell import letters, may_read
from core.web.templating import render

blueprint = Blueprint("keys", __name__)


@dataclass(frozen=True)
class Key:
    """Keys pressed together are joined by ` + `, several ways by ` / `."""

    combo: str
    text: Words


@dataclass(frozen=True)
class KeyGroup:
    """The keys of a kind of page."""

    label: Words
    keys: Sequence[Key]


@dataclass(frozen=True)
class KeySheet:
    """What keys.html.jinja shows."""

    groups: Sequence[KeyGroup]
    single_keys: bool
    #: Of the page that it was opened on, and all of it.
    docs: Sequence[Action] = ()


SHEET = (
    KeyGroup(
        _("Everywhere"),
        (
            Key("Ctrl + K", _("Search or jump to")),
            Key("/", _("Search in the page")),
            Key("G", _("Then a letter: go to")),
            Key("N", _("New record")),
            Key("?", _("This sheet")),
            Key("[", _("Change density")),
            Key("Ctrl + B", _("Fold the navigation")),
            Key("Esc", _("Close what is on top")),
        ),
    ),
    KeyGroup(
        _("List"),
        (
            Key("J / K / ↑ / ↓", _("Move between rows")),
            Key("Enter", _("Open the record")),
            Key("Ctrl + Enter", _("Open in a new tab")),
            Key("F2", _("Edit in the list; Tab goes on, Enter saves, Esc leaves")),
            Key("X", _("Select the row")),
            Key("Shift + J", _("Extend the selection")),
            Key("Ctrl + A", _("Select all on the page")),
            Key("F", _("Filter")),
            Key("V", _("Views")),
            Key("C", _("Columns")),
            Key("O", _("Sort")),
            Key("Shift + Enter", _("On a column's head: sort by it as well")),
            Key("Ctrl + E", _("Export")),
            Key("Ctrl + P", _("Print")),
        ),
    ),
    KeyGroup(
        _("Board"),
        (
            Key("↑ / ↓ / ← / →", _("Move between cards")),
            Key("Space", _("Lift and drop the card")),
            Key("Esc", _("Put the card back")),
        ),
    ),
    KeyGroup(
        _("Calendar"),
        (
            Key("Alt + ← / Alt + → / Alt + ↑ / Alt + ↓", _("Move by a day or a week")),
            Key("Alt + Shift + →", _("Move the end alone")),
            Key("Page Up / Page Down / 0", _("Earlier, later, today")),
        ),
    ),
    KeyGroup(
        _("Record"),
        (
            Key("E", _("Edit")),
            Key("Ctrl + S", _("Save")),
            Key("Ctrl + Shift + S", _("Save a new record and begin another")),
            Key("Esc", _("Discard, asked first if something is unsaved")),
            Key("Alt + ← / Alt + →", _("Previous and next record")),
            Key("Ctrl + Enter", _("The primary button")),
            Key("M", _("Comment")),
            Key("A", _("Attach a file")),
        ),
    ),
    KeyGroup(
        _("Lines"),
        (
            Key("Tab", _("Next cell")),
            Key("Enter", _("Row below")),
            Key("Alt + ↑ / Alt + ↓", _("Move the row")),
            Key("Ctrl + D", _("Copy the row")),
            Key("Ctrl + Delete", _("Remove the row")),
        ),
    ),
    KeyGroup(
        _("Chart"),
        (
            Key("T", _("The same numbers as a table")),
            Key("← / →", _("Earlier and later")),
            Key("+ / -", _("Zoom in and out")),
        ),
    ),
)


@blueprint.get("/-/keys")
def keys_page() -> Response:
    title = _("Keyboard shortcuts")
    places = [Key(f"G + {letter.upper()}", place.label) for letter, place in letters().items()]
    sheet = KeySheet(
        [*SHEET, KeyGroup(_("Go to, one after the other"), places)],
        visitor().preference("single_keys", "1") == "1",
        list(_docs(request.args.get("of", ""))),
    )
    return render("keys.html.jinja", Page(title, crumbs=[Crumb(title)]), keys=sheet)


def _docs(name: str) -> Iterator[Action]:
    """Where the documentation explains the pages of a model, and where it begins."""
    model = model_named(name)
    if model is not None and may_read(model):
        models = in_sentence(model.plural)
        yield from learn_more(env(), model, _("About {models}", models=models))
    if root := docs_root(env()):
        yield Action(_("Documentation"), f"{root}/docs/index.html", outside=True)
