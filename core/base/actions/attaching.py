"""Files on records: checked by size and true type, kept once by their digest; see core.base.hanging for who reads."""

from __future__ import annotations

import io
import os
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from core import config
from core.base import content as contents
from core.base.hanging import company_of, host, require_write, rows_on, seen_by
from core.base.models.mail import Mail
from core.base.models.record import Attachment
from core.errors import FormatError, NotFound
from core.formats.sniff import check_upload
from core.i18n import _
from core.orm.model import Model, model_name

if TYPE_CHECKING:
    from core.orm.env import Env

_MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True)
class Filed:
    """A file as it is shown; `path` is where its content lies."""

    id: int
    name: str
    media_type: str
    size_bytes: int
    at: datetime | None
    author: str
    path: Path
    #: The reader added it and may take it away.
    is_mine: bool


def attach(env: Env, record: Model, name: str, content: BinaryIO | bytes) -> Attachment:
    """Add a file to a record that the person may change; raises FormatError for one that is not accepted.

    The content is on disk before the transaction ends: one that is rolled back leaves a file that nobody names.
    """
    require_write(env, record)
    return _add(env, record, name, content, author_id=env.user_id)


def send_along(env: Env, record: Model, mail: Mail, name: str, content: BinaryIO | bytes) -> Attachment:
    """Add a file to an e-mail about `record`: it is nobody's, so that nobody takes it from what was sent."""
    with env.as_system() as system:
        return _add(system, record, name, content, mail_id=mail.id)


def _add(env: Env, record: Model, name: str, content: BinaryIO | bytes, **more: int | None) -> Attachment:
    source = io.BytesIO(content) if isinstance(content, bytes) else content
    size = _size(source)
    _check_size(env, name, size)
    kind = check_upload(source, name)
    company, digest = company_of(env, record), contents.keep(env, source)
    with env.acting_as("base"):
        kept = Attachment(
            model=model_name(type(record)), record_id=record.id, name=_plain(name), company_id=company,
            media_type=kind.media_type, size_bytes=size, digest=digest, **more,
        )  # fmt: skip
        env.add(kept)
        env.flush()
    return kept


def detach(env: Env, attachment_id: int) -> None:
    """Take away a file that the person added; its content stays while another attachment has it."""
    kept = env.get(Attachment, attachment_id)
    with env.acting_as("base"):
        env.delete(kept)


def files(env: Env, record: Model) -> list[Filed]:
    """The files on a record that the person was given by the gate, the newest first."""
    asked = rows_on(env, Attachment, record).where(Attachment.mail_id.is_(None))
    return [filed for _mail_id, filed in _read(env, asked.order_by(Attachment.id.desc()))]


def versions(found: Iterable[Filed]) -> list[list[Filed]]:
    """The files by name: what is added under the name of another one is its next version, which stands first."""
    by_name: dict[str, list[Filed]] = {}
    for filed in found:
        by_name.setdefault(filed.name.casefold(), []).append(filed)
    return list(by_name.values())


def sent_along(env: Env, record: Model) -> Mapping[int, list[Filed]]:
    """The files that went out with e-mails about a record that the person was given by the gate, by e-mail."""
    asked = rows_on(env, Attachment, record).where(Attachment.mail_id.is_not(None))
    found: dict[int, list[Filed]] = defaultdict(list)
    for mail_id, filed in _read(env, asked.order_by(Attachment.id)):
        found[mail_id or 0].append(filed)
    return found


def _read(env: Env, asked: Select[Attachment]) -> list[tuple[int | None, Filed]]:
    with env.as_system() as system:
        found = system.session.scalars(asked.options(joinedload(Attachment.author)))
        return [(kept.mail_id, _filed(env, kept)) for kept in found]


def opened(env: Env, attachment_id: int) -> Filed:
    """A file, if the person may see the record that it is on; raises NotFound."""
    asked = select(Attachment).where(Attachment.id == attachment_id, seen_by(env, Attachment))
    with env.as_system() as system:
        kept = system.session.scalar(asked)
        found = (kept.model, kept.record_id, _filed(env, kept)) if kept is not None else None
    if found is None:
        raise NotFound(_("There is no file {id}, or you may not see it.", id=attachment_id))
    host(env, found[0], found[1])
    return found[2]


def _filed(env: Env, kept: Attachment) -> Filed:
    author = kept.author.name if kept.author is not None else ""
    mine = env.user_id is not None and kept.author_id == env.user_id
    return Filed(
        kept.id, kept.name, kept.media_type, kept.size_bytes, kept.created_at, author,
        contents.place(contents.folder_of(env), kept.digest), mine,
    )  # fmt: skip


def _check_size(env: Env, name: str, size: int) -> None:
    limit = config.read(env.site.folder).max_upload_mb
    if size == 0:
        raise FormatError(_("{name} is empty. It was not stored.", name=name), path=name)
    if size > limit * _MEGABYTE:
        raise FormatError(
            _("{name} is larger than {limit} MB. It was not stored.", name=name, limit=limit), path=name
        )


def _size(source: BinaryIO) -> int:
    size = source.seek(0, os.SEEK_END)
    source.seek(0)
    return size


def _plain(name: str) -> str:
    """The last part of a name that a browser sent, without control characters."""
    last = name.replace("\\", "/").rpartition("/")[2]
    return "".join(sign for sign in last if sign.isprintable()).strip()[:200] or "file"
