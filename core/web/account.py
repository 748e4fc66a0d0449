"""A person's own preferences: language, time zone, look, keys, and settings that a user may choose."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from babel import Locale
from babel.core import UnknownLocaleError
from flask import Blueprint, Response, request

from core import i18n
from core.base import administrator
from core.base.settings import Level
from core.errors import ValidationError
from core.i18n import Text, _
from core.orm.assign import assign
from core.security.account import User
from core.web.first_steps import HIDDEN, PREFERENCE, SHOWN
from core.web.parts import Option, Words
from core.web.preferences import KNOWN, keep
from core.web.record_parts import FieldGroup, FormField
from core.web.request import UNPROCESSABLE, env, go, principal, visitor
from core.web.settings import Group, SettingsPage, chosen_fields, fix_of, keep_chosen, sections, show

blueprint = Blueprint("account", __name__)

#: Regions that a language is offered with, besides itself.
REGIONS = {"en": ("en", "en_GB", "en_US"), "de": ("de", "de_AT", "de_CH")}


@blueprint.get("/-/settings")
def preferences_page() -> Response:
    return _preferences({})


@blueprint.post("/-/settings")
def keep_preferences() -> Response:
    """Language and zone are fields of the user; the rest are preferences and settings that a user may choose."""
    given = {name: request.form[name] for name in KNOWN if request.form.get(name) in KNOWN[name]}
    try:
        keep_chosen(env(), Level.USER, request.form)
        with env().as_system() as system:
            user = system.get(User, principal().user_id or 0)
            assign(
                system,
                user,
                {name: request.form[name] for name in ("locale", "zone") if name in request.form},
            )
            system.flush()
        keep(env(), given)
    except ValidationError as error:
        return _preferences(error.fields, UNPROCESSABLE)
    return go("/-/settings", full=True)


def _preferences(errors: Mapping[str, object], status: int = 200) -> Response:
    own = FieldGroup(
        _("Language and place"),
        [
            _select("locale", _("Language and region"), _locales(), principal().locale, errors),
            FormField("zone", _("Time zone"), raw=principal().zone, required=True, error=fix_of(errors, "zone"),
                      help=_("As Europe/Berlin.")),
        ],
    )  # fmt: skip
    shown = [*_LOOK, *([_FIRST_STEPS] if administrator.name in principal().roles else [])]
    look = FieldGroup(_("Look and keys"), [_preference(name, label, words) for name, label, words in shown])
    groups = [own, look, *chosen_fields(env(), Level.USER, errors)]
    page = SettingsPage(sections("/-/settings"), "/-/settings", [Group(g.label, g.fields) for g in groups])
    return show(_("Settings"), page, status)


_LOOK: list[tuple[str, Text, dict[str, Text]]] = [
    ("theme", _("Theme"), {"auto": _("As the system has it"), "light": _("Light"), "dark": _("Dark")}),
    ("density", _("Density"), {"compact": _("Compact"), "roomy": _("Roomy")}),
    ("single_keys", _("Single-letter keys"), {"1": _("On"), "0": _("Off")}),
]
_FIRST_STEPS: tuple[str, Text, dict[str, Text]] = (
    PREFERENCE, _("First steps of the site"),
    {"auto": _("Until all is done"), SHOWN: _("On the home page"), HIDDEN: _("Not shown")},
)  # fmt: skip


def _preference(name: str, label: Text, words: Mapping[str, Text]) -> FormField:
    current = visitor().preference(name, KNOWN[name][0])
    return _select(name, label, list(words.items()), current, {})


def _select(
    name: str, label: Text, options: Sequence[tuple[str, Words]], current: str, errors: Mapping[str, object]
) -> FormField:
    made = [Option(value, words, value == current) for value, words in options]
    return FormField(
        name, label, widget="select", options=made, raw=current, required=True, error=fix_of(errors, name)
    )


def _locales() -> list[tuple[str, Words]]:
    """The languages there are, each with its regions, in their own words."""
    names = [name for code in i18n.languages() for name in REGIONS.get(code, (code,))]
    if principal().locale not in names:
        names.append(principal().locale)
    return [(name, _own_name(name)) for name in names]


def _own_name(name: str) -> str:
    try:
        words = str(Locale.parse(name).display_name)
        return words[:1].upper() + words[1:]
    except (UnknownLocaleError, ValueError):
        return name
