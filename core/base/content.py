"""The contents of attachments on disk: kept once by their digest, removed when no attachment names them any more."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterable
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING, BinaryIO

from sqlalchemy import Connection, Engine, exists, select

from core import config
from core.base.models.record import Attachment

if TYPE_CHECKING:
    from core.orm.env import Env

log = logging.getLogger("dovetail.attachments")

_CHUNK = 1 << 16


def folder_of(env: Env) -> Path:
    """Where the site keeps them."""
    return config.read(env.site.folder).attachments


def place(folder: Path, digest: str) -> Path:
    return folder / digest[:2] / digest


def keep(env: Env, source: BinaryIO) -> str:
    """Put the content under its digest, which is returned; the name appears at once and whole, or not at all."""
    folder = folder_of(env)
    folder.mkdir(parents=True, exist_ok=True)
    sha = hashlib.sha256()
    source.seek(0)
    with NamedTemporaryFile(dir=folder, delete=False) as draft:
        while chunk := source.read(_CHUNK):
            sha.update(chunk)
            draft.write(chunk)
    digest = sha.hexdigest()
    with env.as_system() as system:
        _hold(system._connection, digest, shared=True)
    kept = place(folder, digest)
    kept.parent.mkdir(exist_ok=True)
    Path(draft.name).replace(kept)
    return digest


def release(env: Env, digests: Iterable[str]) -> None:
    """Have the contents removed once the deletion of their attachments is durable, and never when it is undone."""
    engine, folder, gone = env.site.engine, folder_of(env), frozenset(digests)
    if gone:
        env.after_commit(lambda: remove_unnamed(engine, folder, gone))


def remove_unnamed(engine: Engine, folder: Path, digests: Iterable[str]) -> None:
    """Remove those of the contents that no attachment names, each in a transaction of its own.

    What was asked for is done by now: a file that cannot be removed is told to the log and stays.
    """
    for digest in sorted(digests):
        try:
            with engine.connect().execution_options(dovetail_write=True) as connection:
                _hold(connection, digest, shared=False)
                if not connection.scalar(select(exists().where(Attachment.digest == digest))):
                    place(folder, digest).unlink(missing_ok=True)
        except OSError:
            log.exception("the content %s could not be removed", digest)


def _hold(connection: Connection, digest: str, *, shared: bool) -> None:
    """Nobody removes a content while it is attached in a transaction that is still open; SQLite has one writer."""
    if connection.dialect.name == "postgresql":
        name = "pg_advisory_xact_lock_shared" if shared else "pg_advisory_xact_lock"
        connection.exec_driver_sql(f"SELECT {name}(%s)", (int(digest[:15], 16),))
