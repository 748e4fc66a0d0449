"""Conditions in words, for tokens, empty lists and the names of filters."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from core.errors import NotFound
from core.i18n import Text, _, plural
from core.orm import query
from core.orm.catalog import Field, children_of, field_of
from core.orm.condition import OPERATORS, STEP, All, AnyOf, Condition, Not, Test, all_of, target_of
from core.orm.env import Env
from core.orm.model import Model
from core.orm.operand import Me, Relative
from core.web.format import Reader, places_of
from core.web.list_parts import Token
from core.web.state import ListState

#: Values that a token names before it only counts them.
NAMED = 3

_RELATIVE = {
    ("day", 0): _("today"), ("day", -1): _("yesterday"), ("day", 1): _("tomorrow"),
    ("week", 0): _("this week"), ("week", -1): _("last week"), ("week", 1): _("next week"),
    ("month", 0): _("this month"), ("month", -1): _("last month"), ("month", 1): _("next month"),
    ("quarter", 0): _("this quarter"), ("quarter", -1): _("last quarter"), ("quarter", 1): _("next quarter"),
    ("year", 0): _("this year"), ("year", -1): _("last year"), ("year", 1): _("next year"),
}  # fmt: skip

#: Comparisons as a token says them; `is` and `is one of` need no word.
_WORDS = {
    "eq": "", "in": "", "ne": _("not"), "not_in": _("not"), "lt": _("before"), "le": _("until"), "gt": _("after"),
    "ge": _("from"), "contains": _("contains"), "starts": _("begins with"),
}  # fmt: skip
_NUMBER_WORDS = {"lt": "<", "le": "≤", "gt": ">", "ge": "≥"}


@dataclass
class Describer:
    """Puts conditions on a model into words of the reader's language."""

    env: Env
    model: type[Model]
    reader: Reader

    def tokens(self, state: ListState) -> list[Token]:
        """The conditions of a state, each with the address that is without it."""
        return [*self._searched(state), *self._picked(state), *self._filtered(state)]

    def label(self, path: str) -> str:
        """The names of the fields on a path."""
        names, model = [], self.model
        for step in path.split(STEP):
            children = children_of(model).get(step)
            names.append(str(children.label if children else field_of(model, step).label))
            model = children.target if children else (field_of(model, step).target or model)
        return " ".join(names)

    def say(self, condition: Condition) -> tuple[str, str]:
        """Field and words of a token."""
        if isinstance(condition, Test):
            return self.label(condition.path), self._test(condition)
        parts = [" ".join(self.say(part)) for part in _parts(condition)]
        lead = (
            _("none of")
            if isinstance(condition, Not)
            else _("any of")
            if isinstance(condition, AnyOf)
            else _("all of")
        )
        return str(lead), ", ".join(parts)

    def _searched(self, state: ListState) -> Iterator[Token]:
        if state.q:
            yield Token(_("Search"), state.q, state.url(q=""), "q")

    def _picked(self, state: ListState) -> Iterator[Token]:
        for name, values in state.picks.items():
            found = field_of(self.model, name)
            yield Token(
                found.label, self._values(found, values), state.url(picks=state.without_pick(name)), name
            )

    def _filtered(self, state: ListState) -> Iterator[Token]:
        parts = list(_parts(state.filter)) if isinstance(state.filter, All) else [state.filter]
        for at, part in enumerate(parts):
            if part is not None:
                rest = all_of([*parts[:at], *parts[at + 1 :]])
                label, words = self.say(part)
                yield Token(label, words, state.url(filter=rest), f"filter-{at}")

    def _test(self, test: Test) -> str:
        if test.op in ("empty", "not_empty"):
            return str(OPERATORS[test.op])
        found = target_of(self.model, test.path)
        words = _NUMBER_WORDS.get(test.op) if found.is_number else None
        lead = words or str(_WORDS[test.op])
        values = test.value if isinstance(test.value, tuple) else (test.value,)
        return f"{lead} {self._values(found, values)}".strip()

    def _values(self, found: Field, values: tuple[object, ...]) -> str:
        if len(values) > NAMED:
            return str(plural("{count} value", "{count} values", len(values)))
        names: dict[str, str] = self._titles(found, values) if found.target else {}
        return ", ".join(names.get(str(v)) or self._value(found, v) for v in values)

    def _titles(self, found: Field, values: tuple[object, ...]) -> dict[str, str]:
        assert found.target is not None
        wanted = [int(str(v)) for v in values if str(v).isdigit()]
        try:
            return {str(i): title for i, title in query.titles(self.env, found.target, wanted).items()}
        except NotFound:
            return {}

    def _value(self, found: Field, value: object) -> str:
        if isinstance(value, Relative):
            return relative(value)
        if isinstance(value, Me):
            return str(_("me"))
        if found.target is not None:
            return str(_("(no access)"))
        if found.choices is not None:
            return str(found.choices(str(value)).label)
        if isinstance(value, bool) or found.is_boolean:
            return str(_("yes") if value in (True, "true", "1", "True") else _("no"))
        if isinstance(value, Decimal):
            return self.reader.number(value, places_of(found, [value]))
        if isinstance(value, datetime):
            return self.reader.instant(value)
        return self.reader.day(value) if isinstance(value, date) else str(value)


def relative(value: Relative) -> str:
    """A relative date in words."""
    known = _RELATIVE.get((value.unit, value.offset))
    if known is not None:
        return str(known)
    return str(_ago(value.unit, abs(value.offset)) if value.offset < 0 else _ahead(value.unit, value.offset))


def _ago(unit: str, count: int) -> Text:
    return {
        "day": plural("{count} day ago", "{count} days ago", count),
        "week": plural("{count} week ago", "{count} weeks ago", count),
        "month": plural("{count} month ago", "{count} months ago", count),
        "quarter": plural("{count} quarter ago", "{count} quarters ago", count),
        "year": plural("{count} year ago", "{count} years ago", count),
    }[unit]


def _ahead(unit: str, count: int) -> Text:
    return {
        "day": plural("in {count} day", "in {count} days", count),
        "week": plural("in {count} week", "in {count} weeks", count),
        "month": plural("in {count} month", "in {count} months", count),
        "quarter": plural("in {count} quarter", "in {count} quarters", count),
        "year": plural("in {count} year", "in {count} years", count),
    }[unit]


def _parts(condition: Condition | None) -> tuple[Condition, ...]:
    if isinstance(condition, All | AnyOf):
        return condition.of
    return (condition.of,) if isinstance(condition, Not) else ()
