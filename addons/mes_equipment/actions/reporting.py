"""Reports of pieces made at equipment, each counted once."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Annotated

from sqlalchemy import select

from addons.mes_equipment.actions.dirtying import soil
from addons.mes_equipment.actions.floor import ADDON, MONITORED, require_reason, watched
from addons.mes_equipment.actions.recording import intervals_from
from addons.mes_equipment.actions.repeating import refuse_corrected, unrepeated
from addons.mes_equipment.actions.saying import past
from addons.mes_equipment.models import (
    CountEvent,
    CountKind,
    Reason,
    ReasonUse,
    Source,
    operator,
    team_leader,
)
from addons.mes_equipment.rules.ledger import NOTHING, Work
from core import Ask, Env, ValidationError, _, action, bulk
from core.base import Item, WorkCenter


@dataclass(frozen=True, slots=True)
class Report:
    """Pieces to be counted."""

    equipment_id: int
    at: datetime
    kind: CountKind
    quantity: Decimal
    source: Source = Source.AUTO
    #: What they were made for; None for what the equipment works on at that moment.
    work: Work | None = None
    reason_id: int | None = None
    person_id: int | None = None
    idempotency_key: str | None = None
    corrects_id: int | None = None


def report(env: Env, reports: Sequence[Report]) -> list[int]:
    """Write counts and return the ids of those that are new; one whose key is known already counts no second time.

    Raises UserError when a known key comes with other contents. They act with this addon's rights.
    """
    with env.acting_as(ADDON):
        found = watched(env, {each.equipment_id for each in reports})
        new = unrepeated(env, CountEvent, reports, ("equipment_id", "kind", "quantity"))
        if not new:
            return []
        refuse_corrected(env, CountEvent, [r.corrects_id for r in new if r.corrects_id is not None])
        works = [each.work if each.work is not None else _working_on(env, each) for each in new]
        units = _units(env, {work.item_id for work in works if work.item_id is not None})
        ids = bulk.create(
            env,
            CountEvent,
            [
                {
                    "company_id": found[each.equipment_id].company_id,
                    "equipment_id": each.equipment_id,
                    "at": each.at,
                    "kind": each.kind,
                    "quantity": each.quantity,
                    "unit_id": units.get(work.item_id or 0),
                    "item_id": work.item_id,
                    "order_code": work.order,
                    "operation_code": work.operation,
                    "reason_id": each.reason_id,
                    "source": each.source,
                    "person_id": each.person_id,
                    "idempotency_key": each.idempotency_key,
                    "corrects_id": each.corrects_id,
                }
                for each, work in zip(new, works, strict=True)
            ],
        )
        for equipment_id in found:
            instants = [each.at for each in new if each.equipment_id == equipment_id]
            if instants:
                soil(env, equipment_id, min(instants), max(instants))
        env.hook.counts_reported(env=env, ids=ids)
    return ids


@action(
    _("Report pieces"),
    on=WorkCenter,
    roles=[operator],
    when=MONITORED,
    icon="plus",
    primary=True,
    bulk=False,
)
def report_pieces(  # noqa: PLR0913 -- each is a field of the dialog
    env: Env,
    equipment: Sequence[WorkCenter],
    *,
    good: Annotated[Decimal | None, Ask(_("Good"))] = None,
    scrap: Annotated[Decimal | None, Ask(_("Scrap"))] = None,
    rework: Annotated[Decimal | None, Ask(_("Rework"))] = None,
    reason_id: Annotated[int | None, Ask(_("Reason"), to=Reason, help=_("Of scrap and rework."))] = None,
    order_code: Annotated[
        str | None, Ask(_("Work order"), help=_("That which runs, when left empty."))
    ] = None,
    operation_code: Annotated[str | None, Ask(_("Operation"))] = None,
    item_id: Annotated[int | None, Ask(_("Item"), to=Item)] = None,
    minutes_ago: Annotated[Decimal | None, Ask(_("Minutes ago"), help=_("Now, when left empty."))] = None,
    key: Annotated[str | None, Ask(_("Idempotency key"), help=_("Sent twice, it counts once."))] = None,
) -> None:
    """Good pieces, scrap and rework in one report."""
    made = [(CountKind.GOOD, good), (CountKind.SCRAP, scrap), (CountKind.REWORK, rework)]
    given = [(kind, quantity) for kind, quantity in made if quantity]
    if not given:
        raise ValidationError({"good": _("Report at least one piece.")})
    if any(kind is not CountKind.GOOD for kind, _quantity in given) and reason_id is None:
        raise ValidationError({"reason_id": _("Scrap and rework need a reason.")})
    require_reason(env, reason_id, ReasonUse.REJECT)
    at, work = past(minutes_ago), Work(order_code, operation_code, item_id) if order_code or item_id else None
    report(
        env,
        [
            Report(
                each.id, at, kind, quantity, Source.OPERATOR, work, None if kind is CountKind.GOOD else reason_id,
                env.principal.person_id, f"{key}:{kind}" if key else None,
            )
            for each in equipment
            for kind, quantity in given
        ],
    )  # fmt: skip


@action(_("Correct"), on=CountEvent, roles=[team_leader], icon="pencil", bulk=False)
def correct_count(
    env: Env,
    counts: Sequence[CountEvent],
    *,
    quantity: Annotated[Decimal, Ask(_("Right quantity"), help=_("0 when nothing was made."))],
    kind: Annotated[CountKind | None, Ask(_("Kind"))] = None,
    reason_id: Annotated[int | None, Ask(_("Reason"), to=Reason)] = None,
) -> None:
    """A wrong count: the right one takes its place, and both stay in the ledger."""
    require_reason(env, reason_id, ReasonUse.REJECT)
    report(
        env,
        [
            Report(
                each.equipment_id, each.at, kind or each.kind, quantity, Source.OPERATOR,
                Work(each.order_code, each.operation_code, each.item_id),
                reason_id if reason_id is not None else each.reason_id, env.principal.person_id,
                corrects_id=each.id,
            )
            for each in counts
        ],
    )  # fmt: skip


def _working_on(env: Env, report: Report) -> Work:
    covering = intervals_from(env, report.equipment_id, report.at)
    return covering[0].work if covering and covering[0].starts_at <= report.at else NOTHING


def _units(env: Env, items: Collection[int]) -> Mapping[int, int]:
    rows = env.session.execute(select(Item.id, Item.unit_id).where(Item.id.in_(items))) if items else ()
    return {row[0]: row[1] for row in rows}
