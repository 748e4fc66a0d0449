"""Whether the signatures are those that were made: each against what the sealed trail tells of its making."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import exists, select, type_coerce

from core.audit.finding import Problem, Tampering
from core.audit.stored import BATCHES, Found, changes, when
from core.i18n import _
from core.orm.env import Env
from core.orm.model import model_name
from core.orm.plan import plan_of, table_of
from core.orm.rowset import among
from core.orm.tracking import ChangeEvent
from core.security.signature import Signature

_NAME = model_name(Signature)
_table = table_of(Signature).c
#: What says of which record it is.
_OF = {"model", "record_id", "record_version", "company_id"}
_INSTANT = "signed_at"


def signatures_after(env: Env, last: int) -> Sequence[Found]:
    """The next BATCHES of the signatures that there are."""
    columns = [type_coerce(c, when).label(c.name) if c.name == _INSTANT else c for c in (_table.id, *_kept())]
    return env._connection.execute(
        select(*columns).where(_table.id > last).order_by(_table.id).limit(BATCHES)
    ).all()


def wrong(env: Env, some: Sequence[Found]) -> Iterator[Problem]:
    """What is wrong with these signatures."""
    told = {row.record_id: _read(row.new) for row in _told(env, [row.id for row in some])}
    for row in some:
        problem = _compared(row, told.get(row.id))
        if problem is not None:
            yield problem


def missing(env: Env, most: int) -> Iterator[Problem]:
    """The signatures that the trail tells of and that are not there."""
    gone = ~exists().where(_table.id == changes.record_id)
    asked = select(changes.at, changes.record_id, changes.new).where(
        changes.model == _NAME, changes.event == ChangeEvent.CREATED, gone
    )
    for row in env._connection.execute(asked.order_by(changes.id).limit(most)):
        of = _read(row.new)
        text = _("Signature {id} of {name} was deleted: “{meaning}”.",
                 id=row.record_id, name=of.get("printed_name"), meaning=of.get("meaning"))  # fmt: skip
        yield Problem(Tampering.DELETED, text, None, row.at, [_record(of)])


def _told(env: Env, ids: Sequence[int]) -> Sequence[Found]:
    asked = select(changes.record_id, changes.new).where(
        changes.model == _NAME,
        changes.event == ChangeEvent.CREATED,
        among(changes.record_id, ids, env.dialect),
    )
    return env._connection.execute(asked).all()


def _compared(row: Found, told: dict[str, Any] | None) -> Problem | None:  # Any: what JSON can say
    found = {c.name: _plain(c.name, getattr(row, c.name)) for c in _kept()}
    at = row.signed_at if isinstance(row.signed_at, datetime) else None
    if told is None:
        text = _("Signature {id} was inserted: the platform did not write it.", id=row.id)
        return Problem(Tampering.INSERTED, text, None, at, [_record(found)])
    different = {name for name, value in found.items() if value != told.get(name)}
    if not different:
        return None
    if different <= _OF:
        text = _("Signature {id} was made of {record}, and stands under another record or version.",
                 id=row.id, record=_record(told))  # fmt: skip
        return Problem(Tampering.TRANSPLANTED, text, None, at, [_record(told), _record(found)])
    fields = ", ".join(sorted(different))
    text = _("Signature {id} was altered after it was made: {fields}.", id=row.id, fields=fields)
    return Problem(Tampering.ALTERED, text, None, at, [_record(told)])


def _kept() -> Sequence[Any]:  # Any: columns of any type
    """The columns that the trail tells of."""
    return [column.column for column in plan_of(Signature).tracked]


def _read(new: str) -> dict[str, Any]:  # Any: JSON
    """What the trail tells; nothing where somebody altered it, which is a problem of the trail."""
    try:
        found = json.loads(new)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _plain(name: str, value: Any) -> Any:  # Any: of the column's type; JSON
    return plan_of(Signature).by_name[name].plain(value)


def _record(of: dict[str, Any]) -> str:  # Any: JSON
    return f"{of.get('model')} {of.get('record_id')}"
