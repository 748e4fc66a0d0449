"""Facets of a list: the most frequent values of a field, with counts of the current result."""

from __future__ import annotations

from collections.abc import Sequence

from core.i18n import _
from core.orm import query
from core.orm.catalog import Field
from core.orm.env import Env
from core.web.format import Reader
from core.web.list_parts import Facet, FacetOption
from core.web.state import ListState, condition_of

#: Values shown of a facet before `more`.
TOP = 5
#: Records of a long list that the counts look at.
LOOKED_AT = 50_000
#: Values shown of a facet that was asked for more.
MANY = 50


def facets_of(
    env: Env, state: ListState, fields: Sequence[Field], reader: Reader, more: str = "", *, long: bool = False
) -> list[Facet]:
    """The facets in one statement; a facet's own ticks do not narrow its counts. `more` names one shown at length.

    Of a `long` list no more records are looked at than a person waits for; counts then are lower bounds.
    """
    wanted = {f.name: condition_of(env, state, without=f.name) for f in fields}
    cap = LOOKED_AT if long and query.count(env, state.model, cap=LOOKED_AT).capped else 0
    counts = query.facet_counts(env, state.model, wanted, top=MANY if more else TOP * 4, cap=cap)
    return [
        _facet(state, found, counts[found.name], reader, at_length=found.name == more, least=bool(cap))
        for found in fields
    ]


def _facet(
    state: ListState,
    found: Field,
    values: Sequence[query.FacetValue],
    reader: Reader,
    *,
    at_length: bool,
    least: bool,
) -> Facet:
    picked = state.picks.get(found.name, ())
    shown = {_raw(v.value): (v.title, v.count) for v in values}
    top = list(shown) if at_length or found.choices else [*list(shown)[:TOP]]
    names = list(dict.fromkeys([*top, *(p for p in picks_known(picked, shown))]))
    if found.choices is not None:
        names = [member.value for member in found.choices]
    options = [
        _option(reader, found, name, shown.get(name, (None, 0)), name in picked, least) for name in names
    ]
    left = max(len(shown) - len(names), 0)
    url = state.turned() + ("&" if "?" in state.turned() else "?") + f"more={found.name}"
    return Facet(found.name, found.label, options, left, url if left else "")


def picks_known(picked: Sequence[str], shown: dict[str, tuple[str, int]]) -> list[str]:
    """Ticked values stay on the page although they are not among the most frequent."""
    return [name for name in picked if name in shown]


def _option(
    reader: Reader, found: Field, value: str, known: tuple[str | None, int], ticked: bool, least: bool
) -> FacetOption:
    title, number = known
    if found.choices is not None:
        title = str(found.choices(value).label)
    elif found.is_boolean:
        title = str(_("Yes") if value == "1" else _("No"))
    elif found.info.offers is not None:
        title = str(found.info.offers().get(value, value))
    if not least:
        return FacetOption(value, title or value, reader.number(number), checked=ticked, zero=number == 0)
    return FacetOption(value, title or value, f"{reader.number(number)}+" if number else "", checked=ticked)


def _raw(value: object) -> str:
    """As the address carries it."""
    if isinstance(value, bool):
        return "1" if value else "0"
    return str(value)
