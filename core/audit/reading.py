"""Reading the trail as a person: what became of a record, or what somebody did, as far as they may see either."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.engine import Row

from core.audit.seeing import lines_of, seen, signatures_of
from core.errors import PlatformError
from core.orm.assign import visible_fields
from core.orm.catalog import Field
from core.orm.env import Env
from core.orm.model import Model, model_name, model_named
from core.orm.operand import parse
from core.orm.personal import Erased, Opening
from core.orm.tracking import Change, ChangeBatch, ChangeEvent
from core.security.signature import Signature

#: Changes that are read at once, and at most before a page that finds little is given back.
_CHUNK = 200
_MOST_LOOKED_AT = 4_000
_COLUMNS = (
    Change.id, Change.model, Change.record_id, Change.event, Change.at, Change.by_id, Change.addon, Change.why,
    Change.old, Change.new, ChangeBatch.seal_no,
)  # fmt: skip

_Found = Row[*tuple[Any, ...]]  # Any: the columns above


@dataclass(frozen=True)
class Asked:
    """Which changes: of a kind, a record with its lines, a field, a person, a period; what is not said is all."""

    model: type[Model] | None = None
    record_id: int | None = None
    field: str = ""
    by_id: int | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True)
class Step:
    """What became of one field of one record."""

    change_id: int
    at: datetime
    by_id: int | None
    model: type[Model]
    record_id: int
    event: ChangeEvent
    #: None for a record that came or went without a field that is seen.
    field: Field | None
    old: Any  # Any: of the field's type
    new: Any  # Any: as above
    why: str
    addon: str
    is_sealed: bool


@dataclass(frozen=True)
class Pile:
    """Some steps, the newest first, and the change before which the next ones are; 0 at the end."""

    steps: Sequence[Step]
    before: int


def read(env: Env, asked: Asked, before: int = 0, most: int = 100) -> Pile:
    """The next steps, at least `most` and those of whole changes, of what is before the change `before`."""
    steps: list[Step] = []
    looked_at = 0
    while looked_at < _MOST_LOOKED_AT:
        with env.as_system() as system:
            rows = system.session.execute(_some(env, asked, before)).all()
        visible = _visible(env, rows)
        opening = Opening(env._connection, ((row.model, row.record_id) for row in rows if row.id in visible))
        for row in rows:
            if row.id in visible:
                steps += _steps(env, asked, row, opening)
            before, looked_at = row.id, looked_at + 1
            if len(steps) >= most:
                return Pile(steps, before)
        if len(rows) < _CHUNK:
            return Pile(steps, 0)
    return Pile(steps, before)


def every(env: Env, asked: Asked) -> Iterator[Step]:
    """All of them, in pieces."""
    pile = read(env, asked)
    yield from pile.steps
    while pile.before:
        pile = read(env, asked, pile.before)
        yield from pile.steps


def _some(env: Env, asked: Asked, before: int) -> Select[*tuple[Any, ...]]:  # Any: columns
    conditions: list[ColumnElement[bool]] = [Change.id < before] if before else []
    if asked.by_id is not None:
        conditions.append(Change.by_id == asked.by_id)
    if asked.since is not None:
        conditions.append(Change.at >= asked.since)
    if asked.until is not None:
        conditions.append(Change.at < asked.until)
    if asked.model is not None:
        conditions.append(_about(env, asked.model, asked.record_id))
    query = select(*_COLUMNS).join(ChangeBatch, ChangeBatch.id == Change.batch_id)
    return query.where(*conditions).order_by(Change.id.desc()).limit(_CHUNK)


def _about(env: Env, model: type[Model], record_id: int | None) -> ColumnElement[bool]:
    """The kind; of one record also the lines that it has or had, and its signatures."""
    own = Change.model == model_name(model)
    if record_id is None:
        return own
    lines = [
        (Change.model == model_name(part)) & Change.record_id.in_(ids)
        for part, ids in lines_of(env, model, record_id)
    ]
    signed = (Change.model == model_name(Signature)) & Change.record_id.in_(
        signatures_of(env, model, record_id)
    )
    return or_(own & (Change.record_id == record_id), signed, *lines)


def _visible(env: Env, changes: Sequence[_Found]) -> set[int]:
    by_model: dict[str, set[int]] = {}
    for change in changes:
        by_model.setdefault(change.model, set()).add(change.record_id)
    allowed = {
        name: seen(env, model, ids)
        for name, ids in by_model.items()
        if (model := model_named(name)) is not None
    }
    return {change.id for change in changes if change.record_id in allowed.get(change.model, ())}


def _steps(env: Env, asked: Asked, change: _Found, opening: Opening) -> Iterator[Step]:
    model = model_named(change.model)
    assert model is not None
    subject = (change.model, change.record_id)
    old, new = (opening.opened(subject, json.loads(text)) for text in (change.old, change.new))
    fields = [f for n, f in visible_fields(env, model).items() if n in old or n in new]
    if asked.field:
        fields = [field for field in fields if field.name == asked.field]
    elif not fields and change.event is not ChangeEvent.CHANGED:
        yield _step(change, model, None, None, None)
    for field in fields:
        yield _step(change, model, field, old.get(field.name), new.get(field.name))


def _step(change: _Found, model: type[Model], field: Field | None, old: object, new: object) -> Step:
    before, after = (None if field is None or value is None else _typed(field, value) for value in (old, new))
    return Step(
        change.id, change.at, change.by_id, model, change.record_id, change.event, field, before, after, change.why,
        change.addon, change.seal_no is not None,
    )  # fmt: skip


def _typed(field: Field, value: object) -> Any:  # Any: of the field's type
    """The value as the field has it; as it was kept where the field has become another since, or was erased."""
    if isinstance(value, Erased):
        return value
    try:
        return parse(field, value)
    except (ValueError, PlatformError):
        return str(value)
