"""Loading a kept site into an empty database, and what can be compared of it before and after an upgrade."""

from __future__ import annotations

import lzma
import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy import Connection, inspect, make_url

from core.addon import BASE
from core.backup.dump import opened
from core.testing import postgres

FOLDER = Path(__file__).parent
LANDED = sorted({file.name.partition(".")[0] for file in FOLDER.glob("*.sql.xz")})
#: What an upgrade changes by being one.
_OF_THE_VERSION = ("base_addon", "_version")
#: SQLite's own tables of what finds texts.
_MADE_OF_OTHERS = "_trigrams"

Columns = dict[str, list[str]]
Rows = dict[str, set[str]]


def file_of(version: str, kind: str) -> Path:
    return FOLDER / f"{version}.{kind}.sql.xz"


def load(version: str, url: str) -> None:
    """Fill the empty database at `url` with the site that `version` made."""
    address = make_url(url)
    kind = address.get_backend_name()
    statements = lzma.decompress(file_of(version, kind).read_bytes())
    if kind == "sqlite":
        with closing(sqlite3.connect(str(address.database))) as connection:
            connection.executescript(statements.decode())
        return
    with postgres.administering(url) as server:
        server.execute(statements)


def addons(url: str) -> list[str]:
    """The installed addons but base and the joins, which come by themselves."""
    with opened(url) as connection:
        names = connection.exec_driver_sql("SELECT name FROM base_addon ORDER BY name").scalars()
        return [name for name in names if name != BASE and "." not in name]


def columns(url: str) -> Columns:
    """The columns of each table whose rows must outlive every upgrade."""
    with opened(url) as connection:
        inspector = inspect(connection)
        return {
            table: [column["name"] for column in inspector.get_columns(table)]
            for table in inspector.get_table_names()
            if not table.endswith(_OF_THE_VERSION) and _MADE_OF_OTHERS not in table
        }


def rows(url: str, wanted: Columns) -> Rows:
    """The rows of each table as text, of the wanted columns alone: later versions may have more."""
    with opened(url) as connection:
        return {table: set(_rows(connection, table, names)) for table, names in wanted.items()}


def _rows(connection: Connection, table: str, names: list[str]) -> list[str]:
    quote = connection.dialect.identifier_preparer.quote
    chosen = ", ".join(map(quote, names))
    return [str(tuple(row)) for row in connection.exec_driver_sql(f"SELECT {chosen} FROM {quote(table)}")]  # noqa: S608 -- quoted names
