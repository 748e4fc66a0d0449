"""What people at equipment say of its state: set it, give a stop its reason, divide it, put it right."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Annotated

from sqlalchemy import select

from addons.mes_equipment.actions.floor import MONITORED, require_reason
from addons.mes_equipment.actions.recording import Said, record
from addons.mes_equipment.models import (
    EquipmentState,
    Reason,
    ReasonUse,
    Source,
    StateChange,
    StateInterval,
    operator,
    team_leader,
)
from addons.mes_equipment.rules.ledger import Work
from core import Ask, Env, UserError, ValidationError, _, action, now, where
from core.base import Item, WorkCenter

#: For so long a slip of the finger may be taken back.
SLIP = timedelta(minutes=1)


@action(
    _("Set state"),
    on=WorkCenter,
    roles=[operator],
    when=MONITORED,
    icon="activity",
)
def set_state(
    env: Env,
    equipment: Sequence[WorkCenter],
    *,
    state: Annotated[EquipmentState, Ask(_("State"))],
    reason_id: Annotated[int | None, Ask(_("Reason"), to=Reason)] = None,
    order_code: Annotated[str | None, Ask(_("Work order"), help=_("Empty when it stays the same."))] = None,
    operation_code: Annotated[str | None, Ask(_("Operation"))] = None,
    item_id: Annotated[int | None, Ask(_("Item"), to=Item)] = None,
    minutes_ago: Annotated[Decimal | None, Ask(_("Minutes ago"), help=_("Now, when left empty."))] = None,
) -> None:
    """Say by hand what equipment does, where its control cannot or does not."""
    require_reason(env, reason_id, ReasonUse.STOP)
    at = past(minutes_ago)
    work = Work(order_code, operation_code, item_id) if order_code else None
    record(
        env,
        [
            Said(each.id, at, state, Source.OPERATOR, work, reason_id, person_id=env.principal.person_id)
            for each in equipment
        ],
    )


@action(
    _("End order"),
    on=WorkCenter,
    roles=[operator],
    when=MONITORED,
    icon="flag",
)
def end_order(env: Env, equipment: Sequence[WorkCenter]) -> None:
    """Equipment is idle, without an order."""
    record(
        env,
        [
            Said(
                each.id,
                now(),
                EquipmentState.IDLE,
                Source.OPERATOR,
                Work(),
                person_id=env.principal.person_id,
            )
            for each in equipment
        ],
    )


@action(_("Give reason"), on=StateInterval, roles=[operator], icon="message", primary=True)
def give_reason(
    env: Env,
    intervals: Sequence[StateInterval],
    *,
    reason_id: Annotated[int, Ask(_("Reason"), to=Reason)],
) -> None:
    """Say why equipment stood, for one stop or several."""
    require_reason(env, reason_id, ReasonUse.STOP)
    changes = _changes(env, intervals)
    record(env, [_instead(env, changes[i.change_id], reason_id=reason_id) for i in intervals])


@action(
    _("Take back reason"),
    on=StateInterval,
    roles=[operator],
    when=where(StateInterval.reason_id, "not_empty"),
    icon="arrow-back-up",
    bulk=False,
)
def take_back(env: Env, intervals: Sequence[StateInterval]) -> None:
    """A reason given a moment ago was a slip of the finger: what was said before holds again."""
    changes = _changes(env, intervals)
    ids = [change.corrects_id for change in changes.values()]
    former = {c.id: c for c in env.session.scalars(select(StateChange).where(StateChange.id.in_(ids)))}
    for change in changes.values():
        is_own = change.person_id == env.principal.person_id
        if not is_own or change.corrects_id not in former or change.recorded_at < now() - SLIP:
            raise UserError(
                _("Only what you said within the last minute can be taken back. Give another reason instead.")
            )
    record(
        env,
        [
            _instead(env, change, reason_id=former[change.corrects_id or 0].reason_id)
            for change in changes.values()
        ],
    )


@action(_("Divide"), on=StateInterval, roles=[operator], icon="scissors", bulk=False)
def divide(
    env: Env,
    intervals: Sequence[StateInterval],
    *,
    minutes: Annotated[Decimal, Ask(_("After minutes"), help=_("Counted from where it begins."))],
    reason_id: Annotated[int, Ask(_("Reason from there on"), to=Reason)],
    state: Annotated[EquipmentState | None, Ask(_("State from there on"))] = None,
) -> None:
    """Two causes in one stop: from some minute on it has another reason, perhaps another state."""
    require_reason(env, reason_id, ReasonUse.STOP)
    changes = _changes(env, intervals)
    entries = []
    for interval in intervals:
        at = interval.starts_at + timedelta(seconds=float(minutes) * 60)
        if not interval.starts_at < at < (interval.ends_at or now()):
            raise ValidationError({"minutes": _("That lies outside of the stop. Nothing has changed.")})
        said = state or changes[interval.change_id].state
        entries.append(
            Said(
                interval.equipment_id, at, said, Source.OPERATOR, _work(interval), reason_id,
                person_id=env.principal.person_id,
            )
        )  # fmt: skip
    record(env, entries)


@action(_("Correct"), on=StateInterval, roles=[team_leader], icon="pencil")
def correct_state(
    env: Env,
    intervals: Sequence[StateInterval],
    *,
    state: Annotated[EquipmentState, Ask(_("State"))],
    reason_id: Annotated[int | None, Ask(_("Reason"), to=Reason)] = None,
) -> None:
    """What was recorded is wrong: the whole interval was another state. The first entry stays in the ledger."""
    require_reason(env, reason_id, ReasonUse.STOP)
    changes = _changes(env, intervals)
    entries = []
    for interval in intervals:
        entries.append(_instead(env, changes[interval.change_id], state=state, reason_id=reason_id))
        entries += [
            _instead(env, inner, withdrawn=True, reason_id=inner.reason_id)
            for inner in _within(env, interval)
        ]
    record(env, entries)


def past(minutes_ago: Decimal | None) -> datetime:
    """The instant some minutes ago; ValidationError for one to come."""
    if minutes_ago is not None and minutes_ago < 0:
        raise ValidationError({"minutes_ago": _("What is to come has not happened yet.")})
    return now() - timedelta(seconds=float(minutes_ago or 0) * 60)


def _instead(
    env: Env,
    change: StateChange,
    *,
    reason_id: int | None,
    state: EquipmentState | None = None,
    withdrawn: bool = False,
) -> Said:
    """An entry in the place of `change`, which keeps what it does not say otherwise."""
    return Said(
        change.equipment_id, change.at, state or change.state, Source.OPERATOR, _work(change), reason_id, change.raw,
        change.mode, env.principal.person_id, change.id, withdrawn,
    )  # fmt: skip


def _work(of: StateChange | StateInterval) -> Work:
    return Work(of.order_code, of.operation_code, of.item_id)


def _changes(env: Env, intervals: Sequence[StateInterval]) -> dict[int, StateChange]:
    ids = [interval.change_id for interval in intervals]
    return {
        change.id: change
        for change in env.session.scalars(select(StateChange).where(StateChange.id.in_(ids)))
    }


def _within(env: Env, interval: StateInterval) -> Iterable[StateChange]:
    """Entries that said the same within the interval, and would otherwise go on saying it."""
    from_inside = select(StateChange).where(
        StateChange.equipment_id == interval.equipment_id,
        StateChange.at > interval.starts_at,
        StateChange.withdrawn.is_(False),
    )
    if interval.ends_at is not None:
        from_inside = from_inside.where(StateChange.at < interval.ends_at)
    found = env.session.scalars(from_inside).all()
    corrected = set(
        env.session.scalars(
            select(StateChange.corrects_id).where(StateChange.corrects_id.in_([c.id for c in found]))
        )
    )
    return [change for change in found if change.id not in corrected]
