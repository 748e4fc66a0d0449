"""Items and work centres: what changes here is told to the partner that runs the MES.

In one database there is nothing to tell: both worlds work with the same records.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import selectinload

from addons.bridge.actions.telling import Listener, tell
from addons.bridge.joins.erp.actions.describing import definition, equipment
from addons.bridge.joins.erp.models import Notice, Told
from addons.bridge.messages import plain
from addons.bridge.messages.message import Payload, SyncEquipmentInformation, SyncMaterialInformation
from addons.bridge.messages.noun import (
    ActionCode,
    Equipment,
    EquipmentInformation,
    MaterialDefinition,
    MaterialInformation,
)
from addons.bridge.models import Partner, Side, bridge_keeper
from core import Env, _, action, model_name, now, where
from core.base import EquipmentLevel, Item, ItemType, WorkCenter

#: The fields that the MES has as well; a change of others is no news to it.
FIELDS = {
    Item: frozenset({"code", "name", "type", "revision", "unit_id", "tracking", "active"}),
    WorkCenter: frozenset({"code", "name", "level", "site_id", "parent_id", "active"}),
}
#: Work centres lie in each other, so that they go one after the other.
_PLACES = "equipment"

Synchronised = Item | WorkCenter


Noun = MaterialDefinition | Equipment
_NOUNS: dict[type[Synchronised], Any] = {Item: MaterialDefinition, WorkCenter: Equipment}  # Any: type[Noun]


@dataclass(frozen=True)
class _Known:
    """A partner, and what it was told of a record before."""

    partner: Partner
    told: Told | None


def tell_changed(env: Env, model: type[Synchronised], ids: Sequence[int]) -> None:
    """Tell of records that were made or changed, as they are now."""
    with env.as_system() as system:
        partners = _partners(system)
        if not partners:
            return
        for record in _read(system, model, model.id.in_(ids)):
            for partner in partners:
                if record.company_id in (None, partner.company_id):
                    _tell(system, partner, record)


def tell_deleted(env: Env, model: type[Synchronised], ids: Sequence[int]) -> None:
    """Tell of records that are gone, where anybody was told that they were there."""
    with env.as_system() as system:
        gone = select(Told).where(Told.model == model_name(model), Told.record_id.in_(ids))
        for told in system.session.scalars(gone).all():
            if told.partner.active:
                last: Noun = plain.from_plain(_NOUNS[model], told.content)
                noun = replace(last, is_active=False, version=last.version + 1, base_version=last.version)
                _send(system, told.partner, told, noun, ActionCode.DELETE)


@action(
    _("Send everything"),
    on=Partner,
    roles=[bridge_keeper],
    when=where(Partner.side, "eq", Side.MES) & where(Partner.active, "eq", True),
    icon="refresh",
)
def send_everything(env: Env, partners: Sequence[Partner]) -> None:
    """Tell every item and work centre that the partner does not know in its present version."""
    with env.as_system() as system:
        for partner in _partners(system, [partner.id for partner in partners]):
            company = partner.company_id
            for place in sorted(
                _read(system, WorkCenter, WorkCenter.company_id == company),
                key=lambda p: _LEVEL_ORDER[p.level],
            ):
                _tell(system, partner, place)
            of_company = or_(Item.company_id.is_(None), Item.company_id == company)
            for item in _read(system, Item, of_company):
                _tell(system, partner, item)


_LEVEL_ORDER = {level: order for order, level in enumerate(EquipmentLevel)}


def _partners(env: Env, ids: Sequence[int] = ()) -> list[Partner]:
    """The partners that run a MES."""
    wanted = select(Partner).where(Partner.side == Side.MES, Partner.active).order_by(Partner.id)
    return list(env.session.scalars(wanted.where(Partner.id.in_(ids)) if ids else wanted))


def _read(
    env: Env, model: type[Any], wanted: Any
) -> Iterator[Any]:  # Any: an item or work centre; a condition
    links = (Item.unit,) if model is Item else (WorkCenter.site, WorkCenter.parent)
    loaded = select(model).where(wanted).options(*(selectinload(link) for link in links)).order_by(model.id)
    for record in env.session.scalars(loaded):
        if model is not Item or record.type is not ItemType.SERVICE:
            yield record


def _tell(env: Env, partner: Partner, record: Synchronised) -> None:
    told = env.session.scalar(
        select(Told).where(
            Told.partner_id == partner.id, Told.model == model_name(type(record)), Told.record_id == record.id
        )
    )
    before = told.told_version if told is not None else 0
    noun = definition(record, before) if isinstance(record, Item) else equipment(record, before)
    if told is not None and _same(told, noun):
        return
    if told is None:
        told = Told(
            partner_id=partner.id,
            company_id=partner.company_id,
            model=model_name(type(record)),
            record_id=record.id,
        )
    _send(env, partner, told, noun, ActionCode.CHANGE if before else ActionCode.ADD)


def _same(told: Told, noun: Noun) -> bool:
    """Whether the partner knows all of it: a change of something else is no news."""
    last = dict(told.content)
    now_told = plain.to_plain(noun)
    for name in ("version", "base_version"):
        last.pop(name, None)
        now_told.pop(name, None)
    return bool(last == now_told)


def _send(env: Env, partner: Partner, told: Told, noun: Noun, code: ActionCode) -> None:
    """Write down what is told, then tell it; versions of one record take effect in their order."""
    told.code, told.content, told.told_version = noun.id, plain.to_plain(noun), noun.version
    told.told_at, told.notice, told.answered_at, told.answer = now(), Notice.TOLD, None, None
    key = _PLACES if isinstance(noun, Equipment) else f"item/{noun.record}"

    def note(message_id: str) -> None:
        told.message_id = message_id
        env.add(told)

    tell(env, Listener(partner.id, partner.company_code), _message(partner, noun, code), key=key, note=note)


def _message(partner: Partner, noun: Noun, code: ActionCode) -> Payload:
    if isinstance(noun, Equipment):
        return SyncEquipmentInformation(code, EquipmentInformation(partner.company_code, now(), (noun,)))
    return SyncMaterialInformation(
        code, MaterialInformation(partner.company_code, now(), definitions=(noun,))
    )
