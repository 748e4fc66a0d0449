"""Whether loader criteria reach every table that a statement reads: compiled once for trial, and its SQL inspected.

Each entity gets a mark as its criterion, as it will get the person's criteria later. The compiler then shows the FROM
clause of every SELECT as it will be, and a table without its mark would be read ungated. Nothing depends on how the
statement was written: joins, subqueries, CTEs, eager loads and correlation are those that SQLAlchemy worked out.
"""

from __future__ import annotations

import copy
import re
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from sqlalchemy import Boolean, FromClause, Join, Table, TableClause
from sqlalchemy.orm import with_loader_criteria
from sqlalchemy.sql import operators
from sqlalchemy.sql.elements import BooleanClauseList, Grouping, UnaryExpression, quoted_name
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.sql.selectable import AliasedReturnsRows, Lateral, Subquery

from core.orm.facet import Facet
from core.orm.model import Model

if TYPE_CHECKING:
    from sqlalchemy.engine import Dialect

_VERDICTS_KEPT = 2_000
#: What func.count(), exists() and contains() write by themselves.
_HARMLESS_LITERALS = {"*", "1", "'%'"}
#: Operators made of signs, and the words that searches need.
_OPERATOR = re.compile(
    r"[-+*/<>=!~|&@#%^?]+|MATCH|GLOB|REGEXP|SIMILAR TO|IS NOT DISTINCT FROM", re.IGNORECASE
)
_IDENTIFIER = re.compile(r"\w+")
#: Functions that run SQL given as text, read files, settings or other sessions, or have effects.
_HARMFUL_FUNCTION = re.compile(
    r"pg_.*|lo_.*|dblink.*|.*_to_xml.*|query_to_.*|set_config|current_setting|load_extension|readfile|writefile|edit"
    r"|nextval|setval|xpath.*|fts\w*|ts_stat|crosstab.*|connectby|version|inet_.*",
    re.IGNORECASE,
)


class Ungated(Exception):
    """What a statement does that the gate cannot see through."""


class _Mark(FunctionElement[bool]):
    """Stands in the statement where the person's criteria will stand."""

    __visit_name__ = "gated"
    name = "gated"
    type = Boolean()
    inherit_cache = True


_MARKS = tuple(
    with_loader_criteria(kind, lambda cls: _Mark(cls.id), include_aliases=True) for kind in (Model, Facet)
)


@dataclass(frozen=True, slots=True)
class Verdict:
    """Why a statement may not run for a person, "" when it may; and the names of the tables that it reads."""

    refusal: str
    tables: frozenset[str] = frozenset()


_verdicts: OrderedDict[object, Verdict] = OrderedDict()
_prepared: WeakKeyDictionary[Any, dict[str, Verdict]] = WeakKeyDictionary()  # Any: statements


def verdict_on(statement: Any, dialect: Dialect) -> Verdict:  # Any: any executable
    """Whether every table that the statement reads is gated."""
    known = _prepared.setdefault(statement, {})
    if dialect.name not in known:
        known[dialect.name] = _by_key(statement, dialect)
    return known[dialect.name]


def _by_key(statement: Any, dialect: Dialect) -> Verdict:  # Any: as above
    cached = statement._generate_cache_key()
    if cached is None:
        return _verdict(statement, dialect)
    key = dialect.name, cached.key
    if key not in _verdicts:
        _verdicts[key] = _verdict(statement, dialect)
        if len(_verdicts) > _VERDICTS_KEPT:
            _verdicts.popitem(last=False)
    _verdicts.move_to_end(key)
    return _verdicts[key]


def _verdict(statement: Any, dialect: Dialect) -> Verdict:  # Any: as above
    try:
        tried = statement.options(*_MARKS).compile(dialect=_for_trial(dialect))
    except Ungated as found:
        return Verdict(str(found))
    return Verdict("", frozenset(tried.__dict__.get("tables_read", ())))


def _for_trial(dialect: Dialect) -> Dialect:
    """`dialect` with a compiler that inspects what it compiles."""
    compiler = dialect.statement_compiler
    if compiler not in _trials:
        _trials[compiler] = type("Trial", (_Inspection, compiler), {})
    trial = copy.copy(dialect)
    trial.statement_compiler = _trials[compiler]
    return trial


_trials: dict[type, Any] = {}  # Any: compiler classes made here


class _Inspection:
    """What the compiler of a trial refuses; the names and signatures are those of SQLAlchemy's SQLCompiler."""

    def _compose_select_body(
        self, text: Any, select: Any, *args: Any, **kwargs: Any
    ) -> Any:  # Any: SQLAlchemy's
        if select._hints or select._statement_hints:
            raise Ungated("A hint of raw SQL")
        froms = args[2] if len(args) > 2 else kwargs["froms"]  # noqa: PLR2004 -- its place in the signature
        marked = set(_marked(select._where_criteria))
        for leaf, inside in _leaves(froms, marked):
            table = _require_gated(leaf, inside)
            if table is not None:
                self.__dict__.setdefault("tables_read", set()).add(table.name)
        return super()._compose_select_body(text, select, *args, **kwargs)  # type: ignore[misc]  # the compiler's

    def visit_gated(self, mark: Any, **kwargs: Any) -> str:
        return "1 = 1"

    def visit_textclause(self, *args: Any, **kwargs: Any) -> str:
        raise Ungated("text()")

    def visit_tstring(self, *args: Any, **kwargs: Any) -> str:
        raise Ungated("tstring()")

    def visit_insert(self, *args: Any, **kwargs: Any) -> str:
        raise Ungated("insert()")

    def visit_update(self, *args: Any, **kwargs: Any) -> str:
        raise Ungated("update()")

    def visit_delete(self, *args: Any, **kwargs: Any) -> str:
        raise Ungated("delete()")

    def visit_sequence(self, *args: Any, **kwargs: Any) -> str:
        raise Ungated("A sequence")

    def visit_column(self, column: Any, *args: Any, **kwargs: Any) -> Any:
        if column.is_literal and column.name not in _HARMLESS_LITERALS:
            raise Ungated("literal_column()")
        _require_quoted(column.name)
        return super().visit_column(column, *args, **kwargs)  # type: ignore[misc]  # as above

    def visit_label(self, label: Any, *args: Any, **kwargs: Any) -> Any:
        _require_quoted(label.name)
        return super().visit_label(label, *args, **kwargs)  # type: ignore[misc]  # as above

    def visit_function(self, function: Any, *args: Any, **kwargs: Any) -> Any:
        name = str(function.name)
        if not _IDENTIFIER.fullmatch(name) or _HARMFUL_FUNCTION.fullmatch(name):
            raise Ungated(f"The function {name}")
        return super().visit_function(function, *args, **kwargs)  # type: ignore[misc]  # as above

    def visit_extract(self, extract: Any, *args: Any, **kwargs: Any) -> Any:
        if not _IDENTIFIER.fullmatch(extract.field):
            raise Ungated("extract() of raw SQL")
        return super().visit_extract(extract, *args, **kwargs)  # type: ignore[misc]  # as above

    def visit_custom_op_binary(self, element: Any, operator: Any, **kwargs: Any) -> Any:
        _require_operator(operator)
        return super().visit_custom_op_binary(element, operator, **kwargs)  # type: ignore[misc]  # as above

    def visit_custom_op_unary_operator(self, element: Any, operator: Any, **kwargs: Any) -> Any:
        _require_operator(operator)
        return super().visit_custom_op_unary_operator(element, operator, **kwargs)  # type: ignore[misc]  # as above

    def visit_custom_op_unary_modifier(self, element: Any, operator: Any, **kwargs: Any) -> Any:
        _require_operator(operator)
        return super().visit_custom_op_unary_modifier(element, operator, **kwargs)  # type: ignore[misc]  # as above


def _marked(criteria: Iterable[Any]) -> Iterator[FromClause]:  # Any: conditions
    """The tables whose mark is one of the conditions that all must hold."""
    for criterion in criteria:
        if isinstance(criterion, _Mark):
            yield from (column.table for column in criterion.clauses)
        elif isinstance(criterion, Grouping) or (
            isinstance(criterion, UnaryExpression) and criterion.operator is operators.is_true
        ):
            yield from _marked([criterion.element])
        elif isinstance(criterion, BooleanClauseList) and criterion.operator is operators.and_:
            yield from _marked(criterion.clauses)


def _leaves(
    froms: Iterable[FromClause], marked: set[FromClause]
) -> Iterator[tuple[FromClause, set[FromClause]]]:
    """What stands in a FROM clause, joins taken apart, each with the marks that hold for its rows."""
    for each in froms:
        if not isinstance(each, Join):
            yield each, marked
            continue
        if each.full:
            raise Ungated("A full outer join")
        joined = marked | set(_marked([each.onclause] if each.onclause is not None else []))
        # The condition of an outer join keeps rows of its right side away, never those of its left side.
        yield from _leaves([each.left], marked if each.isouter else joined)
        yield from _leaves([each.right], joined)


def _require_gated(leaf: FromClause, marked: set[FromClause]) -> Table | None:
    """The table that `leaf` reads, which must be marked; None for a derived one, whose own SELECT is inspected."""
    source: Any = leaf  # Any: what an alias can be of
    while isinstance(source, AliasedReturnsRows) and not isinstance(source, Subquery | Lateral):
        source = source.element
    if isinstance(source, Table):
        if leaf not in marked:
            raise Ungated(f"Table {source.name} without its model")
        return source
    if isinstance(source, TableClause):
        raise Ungated(f"table({source.name!r})")
    return None


def _require_quoted(name: object) -> None:
    if isinstance(name, quoted_name) and name.quote is False:
        raise Ungated("An unquoted name")


def _require_operator(operator: Any) -> None:  # Any: SQLAlchemy's custom_op
    if not _OPERATOR.fullmatch(operator.opstring.strip()):
        raise Ungated("op() of raw SQL")
