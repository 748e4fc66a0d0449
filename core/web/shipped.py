"""Shipped records that somebody edited and that are shipped with other values by now: all three, and the decision."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from flask import Blueprint, Response, request

from core.base import administrator, offering
from core.base.offering import Difference, Offer
from core.errors import Forbidden
from core.i18n import _
from core.orm.env import Env
from core.orm.query import titles
from core.web.cells import Value
from core.web.format import present
from core.web.parts import Crumb, Empty, Page, Words
from core.web.request import env, go, principal, reader, site
from core.web.templating import render
from core.web.urls import record_url

blueprint = Blueprint("shipped", __name__)

URL = "/-/shipped"
_UNKNOWN = Value("text", str(_("not kept")), tone="quiet")


@dataclass(frozen=True)
class Line:
    """A field with its three values; `is_yours` where somebody edited it, `is_new` where something else is shipped."""

    label: Words
    before: Value
    yours: Value
    now: Value
    is_yours: bool
    is_new: bool


@dataclass(frozen=True)
class Card:
    """A record to decide about."""

    id: int
    kind: Words
    label: str
    url: str
    addon: Words
    lines: Sequence[Line]


@dataclass(frozen=True)
class ShippedPage:
    """What shipped.html.jinja shows."""

    url: str
    cards: Sequence[Card]
    empty: Empty


@blueprint.get(URL)
def show() -> Response:
    """What waits for a decision."""
    require_administrator()
    with env().as_system() as system:
        cards = [_card(system, offer) for offer in offering.offers(system)]
    empty = Empty(
        _("Nothing waits for you"),
        _("Records that came with an addon and that nobody edited are brought up to date by every upgrade. Where "
          "somebody had edited one, the newly shipped values wait here."),
        "git-merge",
    )  # fmt: skip
    title = _("Shipped data")
    page = Page(title, crumbs=[Crumb(_("Settings"), "/-/settings"), Crumb(title)])
    return render("shipped.html.jinja", page, shipped=ShippedPage(URL, cards, empty))


@blueprint.post(f"{URL}/take")
def take() -> Response:
    """Take the shipped values of the chosen records over."""
    return _decide(offering.take)


@blueprint.post(f"{URL}/keep")
def keep() -> Response:
    """Keep the chosen records as they are."""
    return _decide(offering.keep)


def require_administrator() -> None:
    """Raise Forbidden for everybody else."""
    if administrator.name not in principal().roles:
        raise Forbidden(_("This page is an administrator's."))


def _decide(decision: Callable[[Env, Iterable[int]], int]) -> Response:
    require_administrator()
    chosen = [int(each) for each in request.form.getlist("id") if each.isdecimal()]
    with env().as_system() as system:
        decision(system, chosen)
    return go(URL, full=True)


def _card(system: Env, offer: Offer) -> Card:
    model = type(offer.record)
    title = next((p.addon.title for p in site().packages if p.name == offer.addon), offer.addon)
    return Card(
        offer.id, model.singular, offer.record.label, record_url(model, offer.record.id), str(title),
        [_line(system, offer, each) for each in offer.differences],
    )  # fmt: skip


def _line(system: Env, offer: Offer, difference: Difference) -> Line:
    before = _shown(system, difference, difference.before) if offer.before_is_known else _UNKNOWN
    return Line(
        difference.field.label,
        before,
        _shown(system, difference, difference.yours),
        _shown(system, difference, difference.now),
        is_yours=not offer.before_is_known or difference.yours != difference.before,
        is_new=not offer.before_is_known or difference.now != difference.before,
    )


def _shown(system: Env, difference: Difference, value: object) -> Value:
    target = difference.field.target
    if target is None or not isinstance(value, int):
        return present(reader(), difference.field, value)
    return present(reader(), difference.field, value, title=titles(system, target, [value]).get(value))
