"""Hints to SQLite's planner, which counts rows but not how few of them a LIMIT asks for."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement


class unindexed(FunctionElement[int]):  # noqa: N801 -- reads as the function that it is
    """An id that SQLite reads beside another index: `+column`. PostgreSQL sees the id itself.

    For conditions that most rows fulfil, such as the companies of a person: SQLite would gather all of those rows by
    their index and sort them, where the index of the sort and a glance at each row find the page in a millisecond.
    """

    name = "unindexed"
    type = BigInteger()
    inherit_cache = True


@compiles(unindexed)
def _plain(element: unindexed, compiler: SQLCompiler, **kwargs: Any) -> str:  # Any: as SQLAlchemy's compilers
    return compiler.process(element.clauses, **kwargs)


@compiles(unindexed, "sqlite")
def _unary_plus(element: unindexed, compiler: SQLCompiler, **kwargs: Any) -> str:  # Any: as above
    return "+" + compiler.process(element.clauses, **kwargs)
