"""What an import made and changed, kept so that it can be taken back while nobody has worked on it since."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from core import clock
from core.base.actions.importing.report import Report
from core.base.actions.importing.table import Table
from core.base.actions.importing.writing import Written
from core.base.models.transfer import Import
from core.errors import Conflict, UserError
from core.i18n import _
from core.orm import bulk
from core.orm.catalog import children_of
from core.orm.model import Model, model_name, model_named
from core.orm.operand import parse
from core.orm.plan import plan_of
from core.orm.rowset import among

if TYPE_CHECKING:
    from core.orm.env import Env

_CHUNK = 5_000

#: What an import did to one model: `{"created": [[id, version]], "changed": [[id, version, {field: old}]]}`.
Trail = dict[str, Any]  # Any: JSON


def remember(env: Env, table: Table, file_name: str, came: Written, parts: Mapping[str, Written]) -> int:
    """Keep what was done just before the transaction commits, when versions and numbers are final."""
    if env.user_id is None:
        return 0
    kept = Import(
        model=model_name(table.model), file_name=file_name[:200], user_id=env.user_id, company_id=env.company_id,
        created=len(came.created), changed=len(came.changed), trail={},
    )  # fmt: skip
    with env.acting_as("base"):
        env.add(kept)
        env.flush()
    env.last(f"trail of import {kept.id}", lambda: _write_trail(env, kept, table, came, parts))
    return kept.id


def undo(env: Env, done: Import) -> Report:
    """Delete what the import made and put back what it changed; refused when somebody worked on it since."""
    if done.undone_at is not None:
        raise UserError(_("{file} was undone already.", file=done.file_name))
    model = model_named(done.model)
    if model is None:
        raise UserError(_("The addon of {model} is not installed.", model=done.model))
    parts = {
        part.target: done.trail.get("parts", {}).get(name, {}) for name, part in children_of(model).items()
    }
    _require_untouched(env, model, done.trail)
    for part, trail in parts.items():
        _require_untouched(env, part, trail)
    _require_no_more(env, model, done.trail)
    bulk.delete(env, model, _created(done.trail))
    for part, trail in parts.items():
        bulk.delete(env, part, sorted(_versions(env, part, _created(trail))))
        _restore(env, part, trail)
    _restore(env, model, done.trail)
    with env.acting_as("base"):
        done.undone_at = clock.now()
    created, changed = len(done.trail.get("created", [])), len(done.trail.get("changed", []))
    return Report(rows=created + changed, changed=changed, created=-created)


def _write_trail(env: Env, kept: Import, table: Table, came: Written, parts: Mapping[str, Written]) -> None:
    trail = _trail(env, table.model, came.created, came.changed)
    trail["parts"] = {}
    for name, part in children_of(table.model).items():
        wrote = parts.get(name)
        made = dict.fromkeys(_parts_of(env, part.target, part.owner, came.created))
        made |= dict.fromkeys(wrote.created if wrote else ())
        changed = wrote.changed if wrote else {}
        if made or changed:
            trail["parts"][name] = _trail(env, part.target, list(made), changed)
    with env.acting_as("base"):
        kept.trail = trail


def _trail(
    env: Env, model: type[Model], created: Sequence[int], changed: Mapping[int, dict[str, Any]]
) -> Trail:
    versions = _versions(env, model, [*created, *changed])
    return {
        "created": [[i, versions[i]] for i in created if i in versions],
        "changed": [[i, versions[i], old] for i, old in changed.items() if i in versions],
    }


def _created(trail: Trail) -> list[int]:
    return [record_id for record_id, _version in trail.get("created", [])]


def _restore(env: Env, model: type[Model], trail: Trail) -> None:
    fields = plan_of(model).fields
    rows = [
        {"id": record_id} | {name: parse(fields[name], old) for name, old in values.items()}
        for record_id, _version, values in trail.get("changed", [])
    ]
    bulk.update(env, model, rows)


def _require_untouched(env: Env, model: type[Model], trail: Trail) -> None:
    kept = {
        record_id: version
        for record_id, version, *_old in (*trail.get("created", []), *trail.get("changed", []))
    }
    now = _versions(env, model, list(kept))
    _refuse([record_id for record_id, version in kept.items() if now.get(record_id) != version])


def _require_no_more(env: Env, model: type[Model], trail: Trail) -> None:
    """Parts that were added since to a record that the import made would be gone with it."""
    for name, part in children_of(model).items():
        known = set(_created(trail.get("parts", {}).get(name, {})))
        _refuse([i for i in _parts_of(env, part.target, part.owner, _created(trail)) if i not in known])


def _refuse(touched: Sequence[int]) -> None:
    if touched:
        raise Conflict(
            _("{count} of the imported records were changed or deleted since; the import cannot be undone as a whole. "
              "Nothing has changed.", count=len(touched)), touched,
        )  # fmt: skip


def _versions(env: Env, model: type[Model], ids: Sequence[int]) -> dict[int, int]:
    found: dict[int, int] = {}
    for chunk in _chunks(ids):
        asked = select(model.id, model.version).where(among(model.id, chunk, env.dialect))
        found |= {row[0]: row[1] for row in env.session.execute(asked)}
    return found


def _parts_of(env: Env, part: type[Model], owner: str, ids: Sequence[int]) -> Iterator[int]:
    for chunk in _chunks(ids):
        yield from env.session.scalars(select(part.id).where(among(getattr(part, owner), chunk, env.dialect)))


def _chunks(ids: Sequence[int]) -> list[Sequence[int]]:
    return [ids[start : start + _CHUNK] for start in range(0, len(ids), _CHUNK)]
