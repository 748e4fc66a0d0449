"""Taking personal values out of changes of before they were encrypted, in a way that a check can tell from tampering.

The row keeps its mark and its batch its digest, so that the chain holds; a Redaction is signed over what is left.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Sequence
from typing import Any

from sqlalchemy import and_, insert, select, update

from core import clock
from core.audit.contents import covered
from core.audit.stored import Found, batches, change_where, changes
from core.orm.env import Env
from core.orm.model import model_named
from core.orm.personal import Subject, has_plain, redacted
from core.orm.plan import plan_of
from core.orm.tracking import Change, Covered, Redaction, redaction_mark

#: Changes of one record that are looked at.
_MOST = 100_000


def readable(env: Env, subject: Subject) -> Sequence[Found]:
    """The changes of the record in which personal values stand in clear."""
    model, record_id = subject
    mine = change_where(env, and_(changes.model == model, changes.record_id == record_id), _MOST)
    names = _personal(model)
    return [row for row in mine if any(has_plain(json.loads(t), names) for t in (row.old, row.new))]


def redact(env: Env, subject: Subject) -> int:
    """Take them out; returns of how many changes. `env` is a writing one."""
    found = readable(env, subject)
    names = _personal(subject[0])
    for row in found:
        old, new = _left(row.old, names), _left(row.new, names)
        _sign(env, row, (*covered(row)[:-2], old, new))
        env._connection.execute(update(Change).where(Change.id == row.id).values(old=old, new=new))
    ids = {row.id for row in found}
    for row in _beside(env, {row.batch_id for row in found}):
        if row.id not in ids:
            _sign(env, row, covered(row))
    return len(found)


def _beside(env: Env, batch_ids: Collection[int]) -> Iterator[Found]:
    """The other changes of writes without marks, whose common digest is of what was there before."""
    unsigned = env._connection.scalars(
        select(batches.id).where(batches.id.in_(sorted(batch_ids)), batches.key.is_(None))
    ).all()
    yield from change_where(env, changes.batch_id.in_(unsigned), _MOST) if unsigned else ()


def _sign(env: Env, row: Found, left: Covered) -> None:
    keys = env.site.keys
    mark = redaction_mark(keys, keys.current, left, row.mark)
    made = {"change_id": row.id, "at": clock.now(), "by_id": env.user_id, "key": keys.current, "mark": mark}
    env._connection.execute(insert(Redaction), made)


def _left(text: str, names: Collection[str]) -> str:
    left: dict[str, Any] = redacted(json.loads(text), names)
    return json.dumps(left, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def _personal(name: str) -> Collection[str]:
    model = model_named(name)
    return () if model is None else plan_of(model).personal
