"""A file's columns and rows as what they say of the fields of records and of their parts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from core import i18n
from core.base.actions.exporting import ID, heading
from core.errors import ValidationError
from core.i18n import _
from core.orm.assign import may_set, visible_fields
from core.orm.catalog import Children, Field, children_of, key_fields
from core.orm.model import Model

if TYPE_CHECKING:
    from core.orm.env import Env

#: Between a collection of parts and a field of theirs: `lines/item_id`.
STEP = "/"
#: The field that counts the parts of a record in tens, where the file does not say it.
POSITION = "position"


@dataclass(frozen=True)
class Column:
    """A column of the file: where it stands, and the field that it is mapped to (None for the id)."""

    position: int
    heading: str
    field: Field | None

    @property
    def name(self) -> str:
        return self.field.name if self.field else ID


@dataclass
class Table:
    """What the rows of a file say of the records of one model, by field name."""

    model: type[Model]
    columns: dict[str, Column]
    #: The collection and the records that these are parts of; None for those that stand for themselves.
    children: Children | None = None
    rows: list[dict[str, object]] = field(default_factory=list)
    #: The row of the file in which each begins.
    numbers: list[int] = field(default_factory=list)
    #: For parts, the index of the record that each belongs to.
    owners: list[int] = field(default_factory=list)
    #: Indexes of the rows with a problem; they are not tried any further.
    wrong: set[int] = field(default_factory=set)
    #: Names in cells that several records bear, by index and field: right where the record has one of them already.
    unclear: dict[tuple[int, str], frozenset[int]] = field(default_factory=dict)
    #: Names in cells that another row of this file brings, by index and field.
    awaited: dict[tuple[int, str], str] = field(default_factory=dict)
    parts: dict[str, Table] = field(default_factory=dict)

    @property
    def names(self) -> list[str]:
        """The fields that the file may set."""
        return [name for name in self.columns if name != ID]

    def heading(self, name: str) -> str:
        """The file's own heading of a field, else the field's."""
        if name in self.columns:
            return self.columns[name].heading
        known = {f.name: str(f.label) for f in key_fields(self.model)} | {ID: ID}
        return known.get(name, name)

    def natural_key(self) -> list[Field]:
        """The natural key, what a part belongs to aside; empty unless the file has all of it."""
        owner = self.children.owner if self.children else ""
        keys = [f for f in key_fields(self.model) if f.facet is None and f.key not in ("company_id", owner)]
        return keys if all(k.name in self.columns for k in keys) else []

    def right(self) -> Iterator[int]:
        """Indexes of the rows without a problem."""
        return (i for i in range(len(self.rows)) if i not in self.wrong)


def mappable(env: Env, model: type[Model], owner: str = "") -> dict[str, Field]:
    """The fields of the model itself that a column may be mapped to."""
    left_out = ("company_id", owner)
    return {
        n: f for n, f in visible_fields(env, model).items()
        if may_set(f, env) and f.key not in left_out and f.widget != "json"
    }  # fmt: skip


def targets(env: Env, model: type[Model]) -> dict[str, str]:
    """Everything that a column may be mapped to, with its heading in the reader's language: fields, ids, parts'."""
    found = {ID: ID} | {n: heading(f) for n, f in mappable(env, model).items()}
    for part in children_of(model).values():
        fields = mappable(env, part.target, part.owner)
        if fields:
            found[f"{part.name}{STEP}{ID}"] = f"{part.label}: {ID}"
            found |= {f"{part.name}{STEP}{n}": f"{part.label}: {heading(f)}" for n, f in fields.items()}
    return found


def suggest(env: Env, model: type[Model], headings: Sequence[str]) -> dict[str, str]:
    """The field that each heading most likely means: by name or label in any language; "" for none."""
    known: dict[str, str] = {}
    for language in (i18n.locale(), *i18n.languages()):
        with i18n.speaking(language):
            for name, text in targets(env, model).items():
                for word in (name, text):
                    known.setdefault(_bare(word), name)
            for name, found in mappable(env, model).items():
                known.setdefault(_bare(str(found.label)), name)
    taken: set[str] = set()
    return {text: _untaken(known.get(_bare(text), ""), taken) for text in headings}


def laid_out(env: Env, model: type[Model], mapping: Mapping[str, str], headings: Sequence[str]) -> Table:
    """An empty table of the columns that are mapped; raises ValidationError for a mapping that cannot work."""
    chosen = [(mapping[h], i, h) for i, h in enumerate(headings) if mapping.get(h)]
    known = targets(env, model)
    seen: set[str] = set()
    for name, _i, _heading in chosen:
        if name not in known:
            raise ValidationError({name: _("There is no field {name} that an import may set.", name=name)})
        if name in seen:
            raise ValidationError({name: _("Two columns are mapped to {name}.", name=known[name])})
        seen.add(name)
    table = Table(model, _columns(mappable(env, model), chosen, ""))
    for part in children_of(model).values():
        columns = _columns(mappable(env, part.target, part.owner), chosen, part.name + STEP)
        if columns:
            table.parts[part.name] = Table(part.target, columns, part)
    _require_enough(env, table)
    return table


def _columns(
    known: Mapping[str, Field], chosen: Sequence[tuple[str, int, str]], prefix: str
) -> dict[str, Column]:
    found = {}
    for name, position, text in chosen:
        own = name.removeprefix(prefix)
        if name.startswith(prefix) and STEP not in own:
            found[own] = Column(position, text, known.get(own))
    return found


def _require_enough(env: Env, table: Table) -> None:
    """Without an id or key every row is a new record, which needs all that is required."""
    missing = [
        f for f in mappable(env, table.model).values()
        if f.required and f.facet is None and f.name not in table.columns
    ]  # fmt: skip
    if missing and ID not in table.columns and not table.natural_key():
        labels = ", ".join(str(f.label) for f in missing)
        raise ValidationError(
            {missing[0].name: _("Map a column to {fields}: new records need it.", fields=labels)}
        )
    if not table.columns:
        raise ValidationError({ID: _("Map at least one column to a field.")})


def _untaken(name: str, taken: set[str]) -> str:
    """`name` for the first heading that means it, "" for the others."""
    if name in taken:
        return ""
    taken.add(name)
    return name


def _bare(text: str) -> str:
    return " ".join(text.replace("_", " ").split()).casefold()
