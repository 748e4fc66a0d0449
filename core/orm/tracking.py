"""The audit trail: one Change row a record and event, in batches with a digest, in the same transaction."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sqlalchemy import ForeignKey, Index, Integer, String, Text, insert
from sqlalchemy.orm import Mapped, mapped_column

from core import clock
from core.i18n import _
from core.orm.field import field
from core.orm.model import Base, Model
from core.orm.types import BigId, Choice, Instant

if TYPE_CHECKING:
    from core.orm.env import Env


class ChangeEvent(Choice):
    """What happened to a record."""

    CREATED = "created", _("Created")
    CHANGED = "changed", _("Changed")
    DELETED = "deleted", _("Deleted")


class ChangeBatch(Base):
    """The changes of one write, whose digest the sealer chains."""

    __tablename__ = "base_change_batch"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    at: Mapped[Instant] = field(_("When"))
    by_id: Mapped[int | None] = mapped_column(BigId)
    rows: Mapped[int] = mapped_column(Integer)
    #: SHA-256 over the rows in order.
    digest: Mapped[str] = mapped_column(String(64))
    seal_no: Mapped[int | None] = mapped_column(BigId)
    seal: Mapped[str | None] = mapped_column(String(64))

    __table_args__ = (
        Index("ix_base_change_batch_unsealed", "id", postgresql_where=seal_no.column.is_(None),
              sqlite_where=seal_no.column.is_(None)),
    )  # fmt: skip


class Change(Base):
    """What happened to the tracked fields of one record: who, when, old, new, why and by which addon."""

    __tablename__ = "base_change"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    batch_id: Mapped[int] = mapped_column(BigId, ForeignKey("base_change_batch.id"), index=True)
    model: Mapped[str] = mapped_column(String(100))
    record_id: Mapped[int] = mapped_column(BigId)
    event: Mapped[ChangeEvent]
    at: Mapped[Instant]
    by_id: Mapped[int | None] = mapped_column(BigId)
    addon: Mapped[str] = mapped_column(String(100))
    why: Mapped[str] = mapped_column(Text)
    #: The values before and after as JSON text: text, so that the digest is over what is stored.
    old: Mapped[str] = mapped_column(Text)
    new: Mapped[str] = mapped_column(Text)

    __table_args__ = (Index("ix_base_change_record", "model", "record_id", "id"),)


@dataclass(slots=True)
class Happening:
    """A change that is still to be written."""

    model: str
    record_id: int
    event: ChangeEvent
    old: dict[str, Any]  # Any: of any field's type
    new: dict[str, Any]  # Any: of any field's type


def tracked_fields(model: type[Model]) -> dict[str, str]:
    """The tracked attributes of `model` itself, by attribute key."""
    return _tracked(model)


def write(env: Env, happenings: Sequence[Happening]) -> None:
    """Write a batch of changes with its digest; one INSERT each for the batch and for its rows."""
    if not happenings:
        return
    at, by = clock.now(), env.user_id
    rows = [
        {"model": h.model, "record_id": h.record_id, "event": h.event, "at": at, "by_id": by, "addon": env.acting,
         "why": env.why, "old": _dump(h.old), "new": _dump(h.new)}
        for h in happenings
    ]  # fmt: skip
    connection = env._connection  # the trail is written below the session, in the same transaction
    batch = connection.execute(
        insert(ChangeBatch.__table__).returning(ChangeBatch.id),  # type: ignore[arg-type]  # a Table
        {"at": at, "by_id": by, "rows": len(rows), "digest": digest(rows)},
    ).scalar_one()
    for row in rows:
        row["batch_id"] = batch
    connection.execute(insert(Change.__table__), rows)  # type: ignore[arg-type]  # a Table


def digest(rows: Sequence[dict[str, Any]]) -> str:  # Any: a Change row's columns
    """SHA-256 over the rows of a batch in order, as they are stored."""
    sha = hashlib.sha256()
    for row in rows:
        parts = (row["model"], row["record_id"], str(row["event"]), row["at"].isoformat(), row["by_id"], row["addon"],
                 row["why"], row["old"], row["new"])  # fmt: skip
        sha.update(json.dumps(parts, separators=(",", ":"), ensure_ascii=False).encode())
    return sha.hexdigest()


def _dump(values: dict[str, Any]) -> str:  # Any: of any field's type
    return json.dumps(values, default=_plain, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def _plain(value: object) -> str:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value, "f")
    return str(value)


_known: dict[type[Base], dict[str, str]] = {}


def _tracked(model: type[Base]) -> dict[str, str]:
    if model not in _known:
        _known[model] = {
            a.key: a.key for a in model.__mapper__.column_attrs
            if (info := a.columns[0].info.get("field")) is not None and info.track
        }  # fmt: skip
    return _known[model]
