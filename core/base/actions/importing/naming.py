"""Records by what cells call them: their key or their title, or another row of the same file."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import reduce
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import InstrumentedAttribute

from core.base.actions.importing.report import Report
from core.base.actions.importing.table import Column, Table
from core.i18n import _
from core.orm.catalog import Field, key_fields, title_fields
from core.orm.model import Model

if TYPE_CHECKING:
    from core.orm.env import Env

_CHUNK = 2_000


def refer(
    env: Env, report: Report, table: Table, column: Column, cells: Sequence[tuple[int, str]], within: Table
) -> None:
    """Set the references that `cells` (index and text) of a column name; `within` is what the file brings itself."""
    found = column.field
    assert found is not None
    assert found.target is not None
    ids = called(env, found.target, {text for _i, text in cells})
    brought = _brought(within) if found.target is within.model else frozenset()
    for i, text in cells:
        hits = ids.get(text, frozenset())
        if len(hits) == 1:
            table.rows[i][found.name] = next(iter(hits))
        elif hits:
            table.unclear[i, found.name] = hits
        elif text in brought:
            table.awaited[i, found.name] = text
        else:
            table.wrong.add(i)
            words = _("There is no {model} {text}.", model=found.target.singular, text=text[:60])
            report.tell(table.numbers[i], column.heading, words)


def ambiguous(found: Field) -> object:
    """What is said of a cell whose name several records bear."""
    target = found.target
    assert target is not None
    return _("Several {models} bear this name; write the key instead.", models=target.plural)


def called(env: Env, model: type[Model], texts: Iterable[str]) -> Mapping[str, frozenset[int]]:
    """Ids by text: a key or title field that equals it, or the whole title."""
    own = (*key_fields(model), *title_fields(model))
    fields = [f.attribute for f in dict.fromkeys(own) if f.is_text and f.facet is None]
    titles = [f.attribute for f in title_fields(model) if f.is_text and f.facet is None]
    found: dict[str, set[int]] = defaultdict(set)
    wanted = sorted(texts)
    for one in [*fields, *([_whole(titles)] if len(titles) > 1 else [])]:
        for start in range(0, len(wanted), _CHUNK):
            asked = select(model.id, one).where(one.in_(wanted[start : start + _CHUNK]))
            for record_id, text in env.session.execute(asked):
                found[text].add(record_id)
        wanted = [text for text in wanted if text not in found]
    return {text: frozenset(ids) for text, ids in found.items()}


def name_key(model: type[Model]) -> str | None:
    """The one field by which another row of the same file may name a record."""
    keys = [f for f in key_fields(model) if f.facet is None and f.key != "company_id"]
    return keys[0].name if len(keys) == 1 and keys[0].is_text else None


def _brought(table: Table) -> frozenset[str]:
    """The keys of the records that the file brings."""
    key = name_key(table.model)
    return frozenset(str(row[key]) for row in table.rows if row.get(key)) if key else frozenset()


def _whole(titles: Sequence[InstrumentedAttribute[Any]]) -> ColumnElement[str]:  # Any: text, optional or not
    """The title as it is shown: its parts with a space between."""
    parts: list[ColumnElement[str]] = [func.coalesce(title, "") for title in titles]
    whole: ColumnElement[str] = func.trim(reduce(lambda left, right: left.concat(" ").concat(right), parts))
    return whole
