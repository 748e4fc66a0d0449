"""Master data of the ERP: what it tells of items and work centres becomes ours.

Whoever changed a record here since it was last told of is asked: the message is parked, and names both values.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

from sqlalchemy import select

from addons.bridge.actions.telling import HERE, confirm, kind_of, partner_id
from addons.bridge.joins.mes.actions import naming
from addons.bridge.joins.mes.models import TakenOver
from addons.bridge.messages import plain
from addons.bridge.messages.message import SyncEquipmentInformation
from addons.bridge.messages.noun import ActionCode, Equipment, MaterialDefinition
from addons.bridge.models import bridge_keeper
from core import Conflict, Env, Message, UserError, _, action, handles, model_name, now
from core.base import EquipmentLevel, Item, ItemType, Site, Tracking, Unit, WorkCenter

R = TypeVar("R", Item, WorkCenter)
#: A record's fields with their values.
Values = dict[str, Any]  # Any: of each field's type
Noun = MaterialDefinition | Equipment


@handles(kind_of(SyncEquipmentInformation))
def take_over_equipment(env: Env, message: Message) -> None:
    """Make, change or archive work centres as the ERP has them."""
    if message.sender != HERE:
        told = plain.from_plain(SyncEquipmentInformation, message.payload).information
        for each in told.equipment:
            take_over(env, WorkCenter, partner_id(message.sender), each, _place_values)
    confirm(env, message, ActionCode.ACCEPTED)


def take_over_item(env: Env, partner: int, told: MaterialDefinition) -> Item:
    """The item that the ERP tells of, made or brought up to date."""
    return take_over(env, Item, partner, told, _item_values)


def known_item(env: Env, partner: int, told: MaterialDefinition) -> Item:
    """The item that the ERP speaks of: as we have it, and made where we have none."""
    found = naming.ours(env, Item, partner, told.record) or _by_code(env, Item, told.id)
    return found if found is not None else take_over_item(env, partner, told)


def take_over(
    env: Env, model: type[R], partner: int, told: Noun, values_of: Callable[[Env, Any], Values]
) -> R:
    """Our record of what is told, as it is told; one that is older than what we know changes nothing."""
    record = naming.ours(env, model, partner, told.record)
    if record is None:
        record = _adopted(env, model, partner, told)
    kept = None if record is None else _kept(env, partner, record)
    if record is not None and kept is not None and told.version <= kept.their_version:
        return record
    wanted = values_of(env, told)
    if record is None:
        record = model(**wanted, company_id=env.company_id)
        env.add(record)
        env.flush()
        naming.remember(env, record, partner, told.record)
    else:
        if kept is not None:
            _refuse_conflict(record, kept, wanted)
        for name, value in wanted.items():
            setattr(record, name, value)
        env.flush()
    _keep(env, partner, record, kept, told, wanted)
    return record


@action(_("Let the ERP decide"), on=TakenOver, roles=[bridge_keeper], icon="check")
def let_erp_decide(env: Env, records: Sequence[TakenOver]) -> None:
    """Give up what was changed here: the parked message may then be done again, and its values hold."""
    with env.as_system() as system:
        for taken in records:
            kept = system.get(TakenOver, taken.id)
            model = Item if kept.model == model_name(Item) else WorkCenter
            record = system.get(model, kept.record_id)
            kept.content = _plain({name: getattr(record, name) for name in kept.content})


def _adopted(env: Env, model: type[R], partner: int, told: Noun) -> R | None:
    """A record of ours with the same code is the same thing, if nobody was told that it is another one."""
    found = _by_code(env, model, told.id)
    if found is None:
        return None
    if naming.their_record(env, partner, found) is not None:
        raise UserError(
            _("{record} is another record of the ERP already. Rename one of them there.", record=found.label)
        )
    naming.remember(env, found, partner, told.record)
    return found


def _by_code(env: Env, model: type[R], code: str) -> R | None:
    ours = (model.company_id == env.company_id) | model.company_id.is_(None)
    return env.session.scalar(select(model).where(model.code == code, ours).limit(1))


def _kept(env: Env, partner: int, record: Item | WorkCenter) -> TakenOver | None:
    return env.session.scalar(
        select(TakenOver).where(
            TakenOver.partner_id == partner, TakenOver.model == model_name(type(record)),
            TakenOver.record_id == record.id,
        )
    )  # fmt: skip


def _keep(
    env: Env, partner: int, record: Item | WorkCenter, kept: TakenOver | None, told: Noun, wanted: Values
) -> None:
    if kept is None:
        kept = TakenOver(
            partner_id=partner, company_id=env.company_id, model=model_name(type(record)), record_id=record.id
        )
        env.add(kept)
    kept.code, kept.their_version, kept.content, kept.taken_at = told.id, told.version, _plain(wanted), now()
    env.flush()


def _refuse_conflict(record: Item | WorkCenter, kept: TakenOver, wanted: Values) -> None:
    """Raise Conflict where a field was changed on both sides since they last agreed, to different values."""
    differing = list(_differing(record, kept.content, _plain(wanted)))
    if differing:
        raise Conflict(
            _(
                "{record} was changed here as well: {fields}. Let the ERP decide under Records taken over, "
                "or change it there; then have the message done again.",
                record=record.label,
                fields="; ".join(differing),
            ),
            [record.id],
        )


def _differing(
    record: Item | WorkCenter, agreed: Mapping[str, object], wanted: Mapping[str, object]
) -> Iterator[str]:
    here = _plain({name: getattr(record, name) for name in wanted})
    for name, theirs in wanted.items():
        if here[name] not in (theirs, agreed.get(name)):
            yield f"{name} {here[name]} / {theirs}"


def _plain(values: Values) -> dict[str, object]:
    """Values in JSON's types."""
    return {n: v if v is None or isinstance(v, bool | int) else str(v) for n, v in values.items()}


def _item_values(env: Env, told: MaterialDefinition) -> Values:
    unit = env.session.scalar(select(Unit).where(Unit.code == told.unit))
    if unit is None:
        raise UserError(
            _("There is no unit {code} here. Create it, then have the message done again.", code=told.unit)
        )
    return {
        "code": told.id, "name": told.description, "type": _member(ItemType, told.material_class),
        "unit_id": unit.id, "tracking": _member(Tracking, told.tracking), "revision": told.revision,
        "active": told.is_active,
    }  # fmt: skip


def _place_values(env: Env, told: Equipment) -> Values:
    site = env.session.scalar(select(Site).where(Site.code == told.site, Site.company_id == env.company_id))
    if site is None:
        raise UserError(
            _("There is no site {code} here. Create it, then have the message done again.", code=told.site)
        )
    parent = _by_code(env, WorkCenter, told.parent) if told.parent else None
    if told.parent and parent is None:
        raise UserError(
            _("There is no work centre {code} here, of which {part} is part. Have it sent first.",
              code=told.parent, part=told.id)
        )  # fmt: skip
    return {
        "code": told.id, "name": told.description, "level": EquipmentLevel[told.level.name], "site_id": site.id,
        "parent_id": parent.id if parent else None, "active": told.is_active,
    }  # fmt: skip


def _member(kind: type[Any], told: str) -> Any:  # Any: a Choice
    try:
        return kind(told)
    except ValueError as error:
        raise UserError(
            _("“{value}” is no {kind} that is known here.", value=told, kind=kind.__name__)
        ) from error
