"""Settings of the site and of a company, made of the declared ones with their types."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import groupby
from typing import Any

from flask import Blueprint, Response, request
from markupsafe import Markup

from core.base import administrator
from core.base import settings as declarations
from core.base.settings import Declared, Level
from core.errors import Forbidden, PlatformError, ValidationError
from core.i18n import Text, _
from core.orm.env import Env
from core.orm.types import Choice
from core.web.cells import Column, Value
from core.web.parts import Action, Crumb, Note, Option, Page, PasskeyForm, Switch, Words
from core.web.record_parts import FieldGroup, Fix, FormField
from core.web.request import UNPROCESSABLE, env, go, principal, reader, site
from core.web.templating import render
from core.web.typed import plain_number

blueprint = Blueprint("settings", __name__)

#: The page of what a person signs in by.
SIGN_IN = "/-/settings/sign-in"


@dataclass(frozen=True)
class Group:
    """Fields of a settings page that stand together."""

    label: Words
    fields: Sequence[FormField]
    note: Words = ""
    picture: Markup | None = None


@dataclass(frozen=True)
class TableRow:
    """A row of a table on a settings page."""

    cells: Sequence[Value]
    actions: Sequence[Action] = ()


@dataclass(frozen=True)
class Table:
    """A table on a settings page: sessions, tokens, passkeys."""

    label: Words
    columns: Sequence[Column]
    rows: Sequence[TableRow]
    note: Words = ""
    actions: Sequence[Action] = ()
    #: What is said where there are no rows.
    empty: Words = ""


@dataclass(frozen=True)
class SettingsPage:
    """What settings.html.jinja shows."""

    sections: Sequence[Switch]
    url: str
    groups: Sequence[Group]
    tables: Sequence[Table] = field(default_factory=list)
    read_only: Note | None = None
    save: Words = ""
    #: Other ways to the same, as links below the form.
    ways: Sequence[Action] = ()
    passkey: PasskeyForm | None = None


@blueprint.get("/-/settings/<level>")
def level_page(level: str) -> Response:
    return _page(_level(level), {})


@blueprint.post("/-/settings/<level>")
def keep_level(level: str) -> Response:
    chosen = _level(level)
    try:
        keep_chosen(env(), chosen, request.form)
    except ValidationError as error:
        return _page(chosen, error.fields, UNPROCESSABLE)
    return go(f"/-/settings/{chosen}", full=True)


def show(title: Text, page: SettingsPage, status: int = 200, notes: Sequence[Note] = ()) -> Response:
    """Answer with a page of the settings."""
    crumbs = [Crumb(_("Settings"), "/-/settings"), Crumb(title)]
    return render("settings.html.jinja", Page(title, crumbs=crumbs, notes=notes), status, settings=page)


def fix_of(errors: Mapping[str, object], name: str) -> Fix | None:
    """The error at a field, if there is one."""
    return Fix(str(errors[name])) if name in errors else None


def sections(here: str) -> list[Switch]:
    """The parts of the settings that the person may open."""
    known: list[tuple[Words, str]] = [
        (_("Preferences"), "/-/settings"), (_("Password and sessions"), SIGN_IN),
    ]  # fmt: skip
    if administrator.name in principal().roles:
        known += [(_("This company"), "/-/settings/company"), (_("The site"), "/-/settings/site")]
    return [Switch(label, url, current=url == here) for label, url in known]


def chosen_fields(at: Env, level: Level, errors: Mapping[str, object]) -> list[FieldGroup]:
    """The declared settings that may be chosen at `level`, by addon."""
    fitting = [d for d in declarations.declared() if level in d.levels]
    groups = groupby(fitting, key=lambda d: d.name.partition(".")[0])
    return [
        FieldGroup(_title(addon), [_field(at, d, level, errors) for d in found]) for addon, found in groups
    ]


def keep_chosen(at: Env, level: Level, form: Mapping[str, str]) -> None:
    """Keep what a form says; an empty input leaves the value to the level above. Raises ValidationError by name."""
    problems: dict[str, object] = {}
    for asked in declarations.declared():
        if level not in asked.levels or asked.name not in form:
            continue
        try:
            declarations.choose(at, asked, _given(asked, form), level)
        except ValidationError as error:
            problems |= error.fields
        except PlatformError as error:
            problems[asked.name] = error.message
    if problems:
        raise ValidationError(problems)


def _page(level: Level, errors: Mapping[str, object], status: int = 200) -> Response:
    groups = [Group(g.label, g.fields) for g in chosen_fields(env(), level, errors)]
    url = f"/-/settings/{level}"
    title = _("Settings of this company") if level is Level.COMPANY else _("Settings of the site")
    none = None if groups else Note(_("No installed addon has settings here."))
    page = SettingsPage(sections(url), url, groups, read_only=none)
    return show(title, page, status)


def _level(name: str) -> Level:
    if administrator.name not in principal().roles or name not in (Level.SITE, Level.COMPANY):
        raise Forbidden(_("These settings are an administrator's. Ask one to change them."))
    return Level(name)


def _field(
    at: Env, asked: Declared[Any], level: Level, errors: Mapping[str, object]
) -> FormField:  # Any: its kind
    chosen = declarations.chosen_at(at, asked, level)
    held = _shown(declarations.value(at, asked))
    help_text = f"{asked.help or ''} {_('Now: {value}.', value=held)}".strip()
    options = _options(asked)
    unless = str(_("Unless chosen: {value}", value=held)) if options and chosen is None else held
    return FormField(
        asked.name, asked.label, widget=_widget(asked), raw="" if chosen is None else _raw(chosen), help=help_text,
        options=options, placeholder="" if options and chosen is not None else unless, error=fix_of(errors, asked.name),
    )  # fmt: skip


def _widget(asked: Declared[Any]) -> str:  # Any: of its kind
    kind = asked.kind
    if asked.web_address:
        return "url"
    if kind is bool or issubclass(kind, Choice):
        return "select"
    return "number" if issubclass(kind, int | Decimal) else "date" if issubclass(kind, date) else "text"


def _options(asked: Declared[Any]) -> list[Option]:  # Any: of its kind
    if asked.kind is bool:
        return [Option("true", _("Yes")), Option("false", _("No"))]
    return [Option(str(choice), choice.label) for choice in asked.choices]


def _raw(value: object) -> str:
    """As the input holds it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal | int):
        return _shown(value)
    return str(value)


def _shown(value: object) -> str:
    """As a person reads it."""
    if isinstance(value, bool):
        return str(_("Yes") if value else _("No"))
    if isinstance(value, Choice):
        return str(value.label)
    if isinstance(value, Decimal):
        exponent = value.normalize().as_tuple().exponent
        return reader().number(value, max(-exponent, 0) if isinstance(exponent, int) else 0)
    return reader().day(value) if isinstance(value, date) else str(value)


def _given(asked: Declared[Any], form: Mapping[str, str]) -> object:  # Any: of its kind
    raw = form[asked.name].strip()
    if raw == "":
        return None
    is_number = issubclass(asked.kind, int | Decimal) and asked.kind is not bool
    return plain_number(reader().locale, raw) if is_number else raw


def _title(addon: str) -> Words:
    found: Iterator[object] = (p.addon.title for p in site().packages if p.name == addon)
    return str(next(found, "") or addon)
