"""The audit trail of a copy: its values replaced, signed anew by the copy's own key, and honestly so."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import groupby
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, select
from sqlalchemy.engine import RowMapping

from core.addon import CUSTOM
from core.cloning.inventing import Inventor, Kind
from core.cloning.personal import PersonalColumn
from core.cloning.reading import Values, pieces, write_back
from core.cloning.sweeping import Sweep
from core.keyring import Keyring
from core.orm.personal import Opening
from core.orm.plan import table_of
from core.orm.rowset import among
from core.orm.tracking import Change, ChangeBatch, digest, mark

_changes, _batches = table_of(Change), table_of(ChangeBatch)
#: What the mark of a change covers, in its order.
_COVERED = ("model", "record_id", "event", "at", "by_id", "addon", "why", "old", "new")
_encode = json.JSONEncoder(default=str, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode

Fields = Mapping[str, Mapping[str, PersonalColumn]]


class Trail:
    """Rewrites the trail; `why` takes the place of every reason, since people type those."""

    def __init__(self, fields: Fields, inventor: Inventor, sweep: Sweep, keys: Keyring, why: str) -> None:
        self._fields = fields
        self._inventor = inventor
        self._sweep = sweep
        self._keys = keys
        self._why = why

    def learn(self, connection: Connection) -> None:
        """Tell the sweep of what was personal once, and is in the trail alone by now."""
        columns = [_changes.c.model, _changes.c.record_id, _changes.c.old, _changes.c.new]
        for rows in pieces(connection, _changes, columns):
            opening = _opening(connection, rows)
            for row in rows:
                for values in (_values(row, "old", opening), _values(row, "new", opening)):
                    for name, value in values.items():
                        if self._is_personal(row["model"], name, value):
                            self._sweep.learn(value, self._false(row["model"], name, value))

    def rewrite(self, connection: Connection) -> None:
        """Replace, and sign each write anew with the key that the copy has; no seal is left of the old chain."""
        for some in pieces(connection, _batches, [_batches.c.rows]):
            ids = [row["id"] for row in some]
            asked = select(_changes).where(among(_changes.c.batch_id, ids, connection.dialect.name))
            found = connection.execute(asked.order_by(_changes.c.batch_id, _changes.c.id)).mappings().all()
            opening = _opening(connection, found)
            rewritten = {
                batch: [*self._changed(rows, opening)]
                for batch, rows in groupby(found, itemgetter("batch_id"))
            }
            write_back(connection, _changes, [each for rows in rewritten.values() for each in rows])
            write_back(
                connection, _batches, [(row, self._batch(rewritten.get(row["id"], ()))) for row in some]
            )

    def _changed(self, rows: Iterator[RowMapping], opening: Opening) -> Iterator[tuple[RowMapping, Values]]:
        for row in rows:
            new = {
                "why": self._why,
                "old": self._replaced(row, _values(row, "old", opening)),
                "new": self._replaced(row, _values(row, "new", opening)),
            }
            covered: Any = tuple(_text({**row, **new}[name]) for name in _COVERED)  # Any: of nine columns
            yield row, {**new, "mark": mark(self._keys, self._keys.current, covered)}

    def _batch(self, changes: Sequence[tuple[RowMapping, Values]]) -> Values:
        marks = [str(values["mark"]) for _row, values in changes]
        return {
            "rows": len(changes), "digest": digest(self._keys, self._keys.current, marks), "key": self._keys.current,
            "seal_no": None, "seal": None, "seal_key": None, "sealed_at": None,
        }  # fmt: skip

    def _replaced(self, row: RowMapping, values: Mapping[str, Any]) -> str:  # Any: JSON
        if row["model"] not in self._fields:
            return "{}"  # of an addon that is gone: what of it was personal, nobody can say
        return _encode({name: self._value(row["model"], name, value) for name, value in values.items()})

    def _value(self, model: str, name: str, value: Any) -> Any:  # Any: JSON
        return (
            self._false(model, name, value)
            if self._is_personal(model, name, value)
            else self._sweep.clean(value)
        )

    def _is_personal(self, model: str, name: str, value: object) -> bool:
        """A custom field that is gone may have been a text."""
        if name in self._fields.get(model, {}):
            return True
        return isinstance(value, str) and name.startswith(f"{CUSTOM}.")

    def _false(self, model: str, name: str, value: Any) -> Any:  # Any: JSON
        column = self._fields.get(model, {}).get(name)
        kind, most = (Kind.TEXT, None) if column is None else (column.kind, column.most)
        return self._inventor.invent(kind, value, most)


def _opening(connection: Connection, rows: Sequence[RowMapping]) -> Opening:
    return Opening(connection, ((row["model"], row["record_id"]) for row in rows))


def _values(row: RowMapping, side: str, opening: Opening) -> dict[str, Any]:  # Any: JSON
    """What is encrypted in clear, so that it is known where else it stands."""
    return opening.opened((row["model"], row["record_id"]), json.loads(row[side]))


def _text(value: object) -> object:
    """As the mark takes it: an instant in ISO 8601."""
    return value.isoformat() if isinstance(value, date) else str(value) if hasattr(value, "label") else value
