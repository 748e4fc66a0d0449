"""Whether loader criteria reach every table of a statement: walked once for each distinct statement."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Alias, Column, Select, Table, TableClause, TextClause
from sqlalchemy.sql.elements import ClauseElement, ColumnClause
from sqlalchemy.sql.selectable import CTE, CompoundSelect, Exists, ScalarSelect, Subquery

_VERDICTS_KEPT = 2_000
_verdicts: OrderedDict[object, str] = OrderedDict()

#: What func.count() and exists() write by themselves.
_HARMLESS_LITERALS = {"*", "1"}


def refusal(statement: Any) -> str:  # Any: any executable
    """Why the statement may not run for a person; "" when every table in it is gated."""
    key = statement._generate_cache_key()
    if key is None:
        return _verify(statement)
    verdict = _verdicts.get(key.key)
    if verdict is None:
        verdict = _verdicts[key.key] = _verify(statement)
        if len(_verdicts) > _VERDICTS_KEPT:
            _verdicts.popitem(last=False)
    else:
        _verdicts.move_to_end(key.key)
    return verdict


def _verify(statement: ClauseElement) -> str:
    return next(_problems(statement, frozenset()), "")


def _problems(node: ClauseElement, outside: frozenset[Table]) -> Iterator[str]:
    """Every way past the gate below `node`; `outside` are the tables gated in the enclosing selects."""
    if isinstance(node, CompoundSelect):
        for part in node.selects:
            yield from _problems(part, outside)
        for child in _children(node):
            if not isinstance(child, Select | CompoundSelect):
                yield from _problems(child, outside)
    elif isinstance(node, Select):
        yield from _problems_of_select(node, outside)
    elif isinstance(node, Subquery | CTE):
        yield from _problems(node.element, outside if _is_lateral(node) else frozenset())
    else:
        yield from _problems_of_element(node, outside)


def _problems_of_select(
    select: Select[Any], outside: frozenset[Table]
) -> Iterator[str]:  # Any: of any columns
    if select._prefixes or select._suffixes or select._hints or select._statement_hints:
        yield "A prefix, suffix or hint of raw SQL"
    gated = outside | frozenset(_entities(select))
    for child in _children(select):
        yield from _problems(child, gated)


def _problems_of_element(node: ClauseElement, gated: frozenset[Table]) -> Iterator[str]:
    if isinstance(node, TextClause):
        yield "text()"
    elif isinstance(node, Column | Table) and not _is_entity(node):
        table = node if isinstance(node, Table) else node.table
        if isinstance(table, Table) and table not in gated:
            yield f"Table {table.name} without its model"
    elif isinstance(node, ColumnClause) and not _is_entity(node):
        if node.is_literal and node.name not in _HARMLESS_LITERALS:
            yield "literal_column()"
        elif isinstance(node.table, TableClause) and not isinstance(node.table, Table):
            yield f"table({node.table.name!r})"
    elif isinstance(node, TableClause) and not isinstance(node, Table):
        yield f"table({node.name!r})"
    elif not (_is_entity(node) and isinstance(node, Alias | Table | Column)):
        for child in _children(node):
            yield from _problems(child, gated)


def _entities(node: ClauseElement) -> Iterator[Table]:
    """The tables that stand as entities directly in this select, not in one nested in it."""
    for child in _children(node):
        entity = child._annotations.get("parententity")
        if entity is not None:
            yield from entity.mapper.tables
        if not isinstance(child, Select | CompoundSelect | Subquery | CTE | ScalarSelect | Exists):
            yield from _entities(child)


def _is_entity(node: ClauseElement) -> bool:
    return "parententity" in node._annotations


def _is_lateral(node: ClauseElement) -> bool:
    return node.__visit_name__ == "lateral"


def _children(node: ClauseElement) -> Iterator[ClauseElement]:
    """All parts of `node` as written. Select.get_children would add derived tables that nobody wrote."""
    return iter(ClauseElement.get_children(node))  # type: ignore[arg-type]  # every part of a clause is a clause
