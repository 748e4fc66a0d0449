"""Writing the rows of a file as a set; what a model refuses is narrowed down to its row and told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from core.base.actions.exporting import ID
from core.base.actions.importing.naming import ambiguous, name_key
from core.base.actions.importing.reading import Progress
from core.base.actions.importing.report import Report
from core.base.actions.importing.table import POSITION, Table
from core.errors import PlatformError, UserError, ValidationError
from core.i18n import _
from core.orm import bulk
from core.orm.catalog import fields_of
from core.orm.plan import plan_of
from core.orm.revision import locked

if TYPE_CHECKING:
    from core.orm.env import Env

#: Rows that are written at once, between two looks at whether the person cancelled.
_CHUNK = 2_500
#: Attempts at finding what a set of rows is refused for.
_MOST_TRIES = 400

#: Writes the rows of these indexes and gives the id of each that was made or changed.
Step = Callable[[Sequence[int]], Mapping[int, int]]


@dataclass
class Written:
    """What became of the rows of one table."""

    #: The record of each row; None for one that could not be made.
    ids: list[int | None]
    created: list[int] = field(default_factory=list)
    #: Old values, in the audit trail's plain form, of what the file changed.
    changed: dict[int, dict[str, Any]] = field(default_factory=dict)  # Any: JSON

    def state(self, index: int) -> str:
        record_id = self.ids[index]
        if record_id in self._made:
            return "new"
        return "changed" if record_id in self.changed else "same"

    def __post_init__(self) -> None:
        self._made: set[int] = set()

    def made(self, ids: Mapping[int, int]) -> None:
        for index, record_id in ids.items():
            self.ids[index] = record_id
        self.created += ids.values()
        self._made |= set(ids.values())


class Writing:
    """One table being written; `owners` are the ids of the records that parts belong to."""

    def __init__(
        self, env: Env, table: Table, report: Report, progress: Progress, owners: Sequence[int | None] = ()
    ) -> None:
        self.env = env
        self.table = table
        self.report = report
        self.progress = progress
        self.owners = owners
        self.tries = 0

    def write(self, ids: Sequence[int | None]) -> Written:
        """Create the rows without an id, change the others; rows with a problem are left out."""
        came = Written(list(ids))
        before = self._before(ids)
        self._settle_unclear(ids, before)
        self._number_parts(ids)
        right = [i for i in self.table.right() if self._owner(i) is not None or not self.table.children]
        new, old = [i for i in right if ids[i] is None], [i for i in right if ids[i] is not None]
        for chunk in _chunks(new):
            came.made(self._sifted(chunk, self._create))
            self.progress(len(chunk))
        for chunk in _chunks(old):
            self._note(came, before, self._sifted(chunk, lambda rows: self._update(rows, ids)))
            self.progress(len(chunk))
        self._join_awaited(came, before)
        return came

    def _create(self, indexes: Sequence[int]) -> Mapping[int, int]:
        rows = [self._values(i) for i in indexes]
        return dict(zip(indexes, bulk.create(self.env, self.table.model, rows), strict=True))

    def _update(self, indexes: Sequence[int], ids: Sequence[int | None]) -> Mapping[int, int]:
        rows = [self._values(i, new=False) | {"id": ids[i]} for i in indexes]
        differing = set(bulk.update(self.env, self.table.model, rows))
        return {i: found for i in indexes if (found := ids[i]) is not None and found in differing}

    def _values(self, index: int, *, new: bool = True) -> dict[str, object]:
        values = {name: value for name, value in self.table.rows[index].items() if name != ID}
        if new and self.table.children is not None:
            values[self.table.children.owner] = self._owner(index)
        return values

    def _owner(self, index: int) -> int | None:
        return self.owners[self.table.owners[index]] if self.table.children else None

    def _before(self, ids: Sequence[int | None]) -> dict[int, dict[str, Any]]:  # Any: of any field's type
        """What the fields of the file are now."""
        plan = plan_of(self.table.model)
        columns = [plan.column(name) for name in self.table.names]
        known = sorted({i for i in ids if i is not None})
        found: dict[int, dict[str, Any]] = {}  # Any: as above
        for chunk in _chunks(known):
            found |= locked(self.env, plan, chunk, columns)
        return found

    def _note(
        self, came: Written, before: Mapping[int, Mapping[str, Any]], changed: Mapping[int, int]
    ) -> None:  # Any: of any field's type
        plan = plan_of(self.table.model)
        for index, record_id in changed.items():
            old, new = before[record_id], self.table.rows[index]
            kept = came.changed.setdefault(record_id, {})
            for name in new:
                if name != ID and name not in kept and old[name] != new[name]:
                    kept[name] = plan.by_name[name].plain(old[name])

    def _settle_unclear(self, ids: Sequence[int | None], before: Mapping[int, Mapping[str, Any]]) -> None:
        """A name that several records bear is right where the record refers to one of them already."""
        for (index, name), hits in self.table.unclear.items():
            record_id = ids[index]
            if record_id is not None and before.get(record_id, {}).get(name) in hits:
                self.table.rows[index].pop(name, None)
            else:
                found = self.table.columns[name].field
                assert found is not None
                self._wrong(index, name, ambiguous(found))

    def _join_awaited(self, came: Written, before: Mapping[int, Mapping[str, Any]]) -> None:
        """Set the references to records that this very file brought."""
        key = name_key(self.table.model)
        if not self.table.awaited or key is None:
            return
        ids = {row.get(key): came.ids[i] for i, row in enumerate(self.table.rows)}
        rows: dict[int, dict[str, object]] = {}
        for (index, name), text in self.table.awaited.items():
            record_id, other = came.ids[index], ids.get(text)
            if record_id is not None and other is not None:
                self.table.rows[index][name] = other
                rows.setdefault(index, {"id": record_id})[name] = other
        for chunk in _chunks(sorted(rows)):
            changed = self._sifted(chunk, lambda some: self._join(some, rows))
            self._note(came, before, {i: r for i, r in changed.items() if r in before})

    def _join(self, indexes: Sequence[int], rows: Mapping[int, Mapping[str, object]]) -> Mapping[int, int]:
        differing = set(bulk.update(self.env, self.table.model, [rows[i] for i in indexes]))
        return {i: found for i in indexes if isinstance(found := rows[i]["id"], int) and found in differing}

    def _number_parts(self, ids: Sequence[int | None]) -> None:
        """Count new parts in tens where the file does not."""
        if self.table.children is None or POSITION in self.table.columns:
            return
        if POSITION in fields_of(self.table.model):
            counted: Counter[int] = Counter()
            for index in range(len(self.table.rows)):
                counted[self.table.owners[index]] += 10
                if ids[index] is None:
                    self.table.rows[index][POSITION] = counted[self.table.owners[index]]

    def _sifted(self, indexes: Sequence[int], step: Step) -> Mapping[int, int]:
        """Do `step` with the rows; those it refuses are found, told, and left out."""
        if not indexes or self.report.is_full:
            return {}
        self.tries += 1
        try:
            return step(indexes)
        except ValidationError as error:
            refused = self._told(indexes, error)
            if refused:
                return self._sifted([i for i in indexes if i not in refused], step)
            return self._halved(indexes, step, error)
        except UserError as error:
            return self._halved(indexes, step, error)

    def _halved(self, indexes: Sequence[int], step: Step, error: PlatformError) -> Mapping[int, int]:
        """Look for the refused row in each half; the last one left is it."""
        if len(indexes) == 1 or self.tries > _MOST_TRIES:
            named = (
                next(iter(error.fields.items()))
                if isinstance(error, ValidationError)
                else ("", error.message)
            )
            self._wrong(indexes[0], *named)
            return {}
        middle = len(indexes) // 2
        return {**self._sifted(indexes[:middle], step), **self._sifted(indexes[middle:], step)}

    def _told(self, indexes: Sequence[int], error: ValidationError) -> set[int]:
        """Tell what the error says of rows, and give these; none when it names no row."""
        refused = set()
        for path, message in error.fields.items():
            place, dot, name = path.partition(".")
            if place.isdecimal() and int(place) < len(indexes):
                index = indexes[int(place)]
                refused.add(index)
                self._wrong(index, name if dot else "", message)
        return refused

    def _wrong(self, index: int, name: str, message: object) -> None:
        self.table.wrong.add(index)
        self.report.tell(self.table.numbers[index], self._heading(name), message)

    def _heading(self, name: str) -> str:
        if name in self.table.columns:
            return self.table.columns[name].heading
        found = fields_of(self.table.model).get(name)
        return str(found.label) if found else name


def require_grants(env: Env, table: Table, ids: Sequence[int | None]) -> None:
    """Refuse the file as a whole where the person may not do at all what it asks."""
    access = env.site.access
    verbs = {"create" if i is None else "write" for i in ids}
    for verb in sorted(verbs):
        if not access.may(env.principal, verb, table.model):
            words = {
                "create": _("The file holds new {models}, which your roles do not let you create."),
                "write": _("The file changes {models}, which your roles do not let you change."),
            }[verb]
            words.values["models"] = table.model.plural
            raise UserError(words)


def _chunks(values: Sequence[int]) -> list[Sequence[int]]:
    return [values[start : start + _CHUNK] for start in range(0, len(values), _CHUNK)]
