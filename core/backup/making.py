"""Making a back-up while people work."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import Connection, Engine

from core import clock
from core.backup import archive, dump
from core.backup.content import contents
from core.backup.files import name_at
from core.backup.manifest import Content, Manifest
from core.config import Settings
from core.errors import UserError
from core.i18n import _
from core.orm import installed

ATTACHMENTS = "attachments"
#: What holds passwords and keys leaves a site's folder in encrypted back-ups alone.
SECRETS = ("*.toml", "*.key")


@dataclass(frozen=True)
class _State:
    """What the database was when it was written."""

    tables: dict[str, Content]
    addons: dict[str, str]
    #: Digests of the contents that attachments name.
    named: frozenset[str]


def make(settings: Settings, target: Path, recipients: Sequence[str] = ()) -> Path:
    """Back the site up into the folder `target` and return the file.

    Database and attachments are those of one moment. For `recipients` (age1...) it is encrypted, and holds the site's
    settings and keys besides. Raises UserError, and leaves nothing behind, where there is no room or PostgreSQL's
    programs are missing.
    """
    target.mkdir(mode=0o700, parents=True, exist_ok=True)
    at = clock.now()
    with (
        TemporaryDirectory(dir=target, prefix=".making-") as work,
        dump.closing_engine(settings.url) as engine,
    ):
        file = Path(work) / dump.NAME
        _require_room(engine, settings, target)
        with dump.dumped(engine, file) as connection:
            state = _state(connection)
        members = {dump.NAME: file, **dict(_attachments(settings, state.named))}
        if recipients:
            members.update(_secrets(settings))
        there = {path.name for name, path in members.items() if name.startswith(ATTACHMENTS)}
        made = Manifest(
            at, version("dovetail-platform"), engine.dialect.name, state.addons, state.tables,
            {name: archive.checksum(path) for name, path in members.items()}, tuple(sorted(state.named - there)),
        )  # fmt: skip
        whole = target / name_at(at, encrypted=bool(recipients))
        archive.pack(whole, made, members, recipients)
    return whole


def _state(connection: Connection) -> _State:
    addons = {record.name: record.revision for record in installed.records(connection).values()}
    return _State(contents(connection), addons, named_contents(connection))


def named_contents(connection: Connection) -> frozenset[str]:
    """The digests that attachments name."""
    return frozenset(connection.exec_driver_sql("SELECT DISTINCT digest FROM base_attachment").scalars())


def _attachments(settings: Settings, named: frozenset[str]) -> Iterator[tuple[str, Path]]:
    """The kept contents by their name in the archive; one is kept under its digest."""
    for path in sorted(settings.attachments.glob("*/*")):
        if path.name in named:
            yield f"{ATTACHMENTS}/{path.relative_to(settings.attachments).as_posix()}", path


def _secrets(settings: Settings) -> Iterator[tuple[str, Path]]:
    for pattern in SECRETS:
        for path in sorted(settings.folder.glob(pattern)):
            yield f"site/{path.name}", path


def _require_room(engine: Engine, settings: Settings, target: Path) -> None:
    """The copy and the archive lie side by side for a while; the archive is smaller."""
    needed = 2 * _size(engine) + sum(path.stat().st_size for path in settings.attachments.glob("*/*"))
    free = shutil.disk_usage(target).free
    if free < needed:
        raise UserError(
            _(
                "There is no room for a back-up in {folder}: {needed} MB are needed, {free} MB are free.",
                folder=target,
                needed=needed // 1_000_000,
                free=free // 1_000_000,
            )
        )


def _size(engine: Engine) -> int:
    if engine.dialect.name == "sqlite":
        return Path(str(engine.url.database)).stat().st_size
    with engine.connect() as connection:
        return int(connection.exec_driver_sql("SELECT pg_database_size(current_database())").scalar_one())
