"""What each test would work out anew: the SQL of a statement, compiled once a process and not once a site."""

from __future__ import annotations

from typing import Any

import sqlalchemy
from sqlalchemy import Engine
from sqlalchemy.util import LRUCache

from core.orm import engine as engines
from core.testing.databases import mapped

#: The tests of a process ask some thousand statements.
_SIZE = 10_000


class _Compiled(LRUCache[Any, Any]):  # Any: as SQLAlchemy has it
    """Statements compiled for one kind of database, whichever dialect of that kind they were compiled by."""

    def get(self, key: Any, default: Any = None) -> Any:  # Any: as above; the dialect comes first
        return super().get(key[1:], default)

    def __setitem__(self, key: Any, value: Any) -> None:  # Any: as above
        super().__setitem__(key[1:], value)


#: By kind of database and by what is mapped: with more addons the same model has more columns.
_compiled: dict[tuple[str, str], _Compiled] = {}


def install() -> None:
    """From here on engines of one kind share what they compile.

    SQLAlchemy keeps it by engine, which a site has one of; tests have a site each.
    """
    vars(engines)["create_engine"] = _sharing


def _sharing(url: str, **options: Any) -> Engine:  # Any: create_engine's options
    kind = (url.partition(":")[0], mapped())
    return sqlalchemy.create_engine(
        url, execution_options={"compiled_cache": _compiled.setdefault(kind, _Compiled(_SIZE))}, **options
    )
