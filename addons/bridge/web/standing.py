"""How the connections of a company stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, Response

from addons.bridge.actions.comparing import Standing, standings
from addons.bridge.actions.telling import HALVES
from addons.bridge.models import Partner
from addons.bridge.web.asking import URL, company, crumbs
from core import Text, _, plural
from core.base.models.mechanism import IncomingMessage, OutgoingMessage
from core.web.parts import Action, Note, Page
from core.web.request import env, reader
from core.web.templating import render
from core.web.urls import list_url, record_url

blueprint = Blueprint("standing", __name__)


@dataclass(frozen=True)
class ShownStanding:
    """A connection as a person reads it."""

    name: str
    url: str
    side: Text | str
    tone: str
    state: Text
    heard: str
    lag: Text | str
    waiting: int
    dead: int
    queued: int
    parked: int
    quarantined: int


@dataclass(frozen=True)
class ShownFlow:
    """What goes over the bridge, and how."""

    what: Text
    way: Text
    how: Text


@dataclass(frozen=True)
class BridgePage:
    """What bridge/status.html.jinja shows."""

    standings: Sequence[ShownStanding]
    flows: Sequence[ShownFlow]
    notes: Sequence[Note]
    actions: Sequence[Action]


@blueprint.get(URL)
def status() -> Response:
    """How each connection of the company stands."""
    found = standings(env(), company())
    notes = (
        []
        if found
        else [Note(_("Nobody is connected: there is neither a partner system nor the other half here."))]
    )
    page = BridgePage([_standing(each) for each in found], _flows(found), notes, _ways())
    return render(
        "bridge/status.html.jinja", Page(_("Connections"), crumbs=crumbs(_("Connections"))), bridge=page
    )


def _standing(found: Standing) -> ShownStanding:
    tone, state = _state(found)
    return ShownStanding(
        found.name, record_url(Partner, found.partner_id) if found.partner_id else "",
        found.side.label if found.side else _("ERP and MES"), tone, state,
        reader().moment(found.heard_at) if found.heard_at else "", _lag(found), found.waiting, found.dead,
        found.queued, found.parked, found.quarantined,
    )  # fmt: skip


def _state(found: Standing) -> tuple[str, Text]:
    """The tone and the word for how it stands."""
    if not found.is_well:
        return "bad", _("Needs you")
    if not found.is_active:
        return "", _("Switched off")
    return ("warn", _("Behind")) if found.waiting or found.queued else ("ok", _("In order"))


def _lag(found: Standing) -> Text | str:
    minutes = int(found.lag.total_seconds() // 60)
    if not found.waiting:
        return ""
    return plural("{count} minute", "{count} minutes", minutes) if minutes else _("less than a minute")


def _flows(found: Sequence[Standing]) -> list[ShownFlow]:
    """What goes over the bridge here: it depends on which halves are installed, and on who is on the other side."""
    halves = set(env().site.addons) & set(HALVES.values())
    is_here = any(each.partner_id is None for each in found)
    handed = (
        _("Handed over in the same transaction")
        if is_here
        else _("Sent to the partner system, in order and once")
    )
    master = _("Not needed: both work with the same records") if is_here else handed
    if not halves or not found:
        return []
    return [
        ShownFlow(_("Items and work centres"), _("ERP to MES"), master),
        ShownFlow(_("Receipts"), _("ERP to MES, which acknowledges them"), handed),
        ShownFlow(_("Material used at machines"), _("MES to ERP, which issues it"), handed),
    ]


def _ways() -> list[Action]:
    """Where messages are settled, for those who may see them."""
    at = env()
    ways = (
        (IncomingMessage, _("Incoming messages"), "inbox"),
        (OutgoingMessage, _("Outgoing messages"), "send"),
    )
    return [
        Action(label, list_url(model), icon)
        for model, label, icon in ways
        if at.site.access.may(at.principal, "read", model)
    ]
