"""The audit trail: one Change row a record and event, in batches with a digest, in the same transaction."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import ForeignKey, Index, Integer, String, Text, insert
from sqlalchemy.orm import Mapped, mapped_column

from core import clock
from core.i18n import _
from core.orm import personal, rowset
from core.orm.field import field, index
from core.orm.guards import append_only, guard, raising
from core.orm.model import Base, Model
from core.orm.plan import plan_of
from core.orm.rowset import Same
from core.orm.types import BigId, Choice, Instant

if TYPE_CHECKING:
    from core.keyring import Keyring
    from core.orm.env import Env


#: Columns of a batch that are its writer's.
_WRITTEN = ("id", "at", "by_id", "rows", "digest")
_MARK_CHARACTERS = 32


class ChangeEvent(Choice):
    """What happened to a record."""

    CREATED = "created", _("Created")
    CHANGED = "changed", _("Changed")
    DELETED = "deleted", _("Deleted")
    RESTORED = "restored", _("Restored")


class ChangeBatch(Base):
    """The changes of one write, whose digest the sealer chains (core.audit)."""

    __tablename__ = "base_change_batch"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    at: Mapped[Instant] = field(_("When"))
    by_id: Mapped[int | None] = mapped_column(BigId)
    rows: Mapped[int] = mapped_column(Integer)
    #: Over the marks of the rows in order; SHA-256 over the rows themselves where there is no key.
    digest: Mapped[str] = mapped_column(String(64))
    #: Which key signed the digest and the marks; none did before sealing began.
    key: Mapped[str | None] = mapped_column(String(16))
    #: Its position in the chain; those that nobody has sealed yet have none.
    seal_no: Mapped[int | None] = mapped_column(BigId)
    seal: Mapped[str | None] = mapped_column(String(64))
    seal_key: Mapped[str | None] = mapped_column(String(16))
    sealed_at: Mapped[Instant | None]

    __table_args__ = (
        index("id", where="seal_no IS NULL", name="ix_base_change_batch_unsealed"),
        Index("ix_base_change_batch_seal_no", "seal_no", unique=True),
    )


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
    #: The values before and after as JSON text: text, so that the mark is over what is stored.
    old: Mapped[str] = mapped_column(Text)
    new: Mapped[str] = mapped_column(Text)
    #: The batch's key over all of the above; none before sealing began.
    mark: Mapped[str | None] = mapped_column(String(32))

    __table_args__ = (
        Index("ix_base_change_record", "model", "record_id", "id"),
        Index("ix_base_change_by", "by_id", "id"),
    )


class Redaction(Base):
    """That an erasure took the personal values out of a change of before they were encrypted.

    Its mark is over what was left, by a key outside the database: who has the database alone redacts nothing unseen.
    """

    __tablename__ = "base_redaction"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    #: Of several of one change the last one holds.
    change_id: Mapped[int] = mapped_column(BigId, index=True)
    at: Mapped[Instant]
    by_id: Mapped[int | None] = mapped_column(BigId)
    key: Mapped[str] = mapped_column(String(16))
    mark: Mapped[str] = mapped_column(String(32))


#: Columns of a change that nobody touches, an erasure included.
_KEPT = ("id", "batch_id", "model", "record_id", "event", "at", "by_id", "addon", "why", "mark")
_FINAL = _("The audit trail is never changed. Nothing has changed.")
guard(Change, "append_only", _FINAL, events=("delete",))
guard(
    Change, "redacted", _FINAL, events=("update",),
    sqlite="SELECT RAISE(ABORT, 'base_change_redacted') "  # noqa: S608 -- names of our own columns
    "WHERE NOT EXISTS (SELECT 1 FROM base_redaction r WHERE r.change_id = OLD.id)"
    + "".join(f" OR NEW.{name} IS NOT OLD.{name}" for name in _KEPT)
    + ";",
    postgresql="if not exists (select 1 from base_redaction r where r.change_id = old.id)"  # noqa: S608 -- as above
    + "".join(f" or new.{name} is distinct from old.{name}" for name in _KEPT)
    + f" then\n    {raising('base_change_redacted')}\n  end if;",
)  # fmt: skip
append_only(Redaction, _FINAL)
guard(ChangeBatch, "kept", _FINAL, events=("delete",))
guard(
    ChangeBatch, "sealed_once", _FINAL, events=("update",),
    sqlite="SELECT RAISE(ABORT, 'base_change_batch_sealed_once') WHERE OLD.seal_no IS NOT NULL"
    + "".join(f" OR NEW.{name} IS NOT OLD.{name}" for name in _WRITTEN)
    + ";",
    postgresql="if old.seal_no is not null"
    + "".join(f" or new.{name} is distinct from old.{name}" for name in _WRITTEN)
    + f" then\n    {raising('base_change_batch_sealed_once')}\n  end if;",
)  # fmt: skip


@dataclass(slots=True)
class Happening:
    """A change that is still to be written."""

    model: type[Model]
    record_id: int
    event: ChangeEvent
    #: As `ColumnPlan.plain` gives them.
    old: dict[str, Any]  # Any: what JSON can say
    new: dict[str, Any]  # Any: as above


def write(env: Env, happenings: Sequence[Happening]) -> None:
    """Write a batch of changes with its digest; one INSERT each for the batch and for its rows."""
    if not happenings:
        return
    _close_personal(env, happenings)
    at, by, keys = clock.now(), env.user_id, env.site.keys
    rows = [
        (plan_of(h.model).name, h.record_id, str(h.event), at.isoformat(), by, env.acting, env.why,
         _encode(h.old), _encode(h.new))
        for h in happenings
    ]  # fmt: skip
    marks = [mark(keys, keys.current, row) for row in rows]
    connection = env._connection  # the trail is written below the session, in the same transaction
    begun = {"at": at, "by_id": by, "rows": len(rows), "digest": digest(keys, keys.current, marks),
             "key": keys.current}  # fmt: skip
    batch_id = connection.execute(_NEW_BATCH, begun).scalar_one()
    column = Change.__table__.c
    models, ids, events, _at, _by, _addon, _why, old, new = zip(*rows, strict=True)
    values = {
        column.batch_id: Same(batch_id), column.model: models, column.record_id: ids, column.event: events,
        column.at: Same(at), column.by_id: Same(by), column.addon: Same(env.acting), column.why: Same(env.why),
        column.old: old, column.new: new, column.mark: marks,
    }  # fmt: skip
    rowset.append(connection, Change.__table__, values, len(rows))  # type: ignore[arg-type]  # a Table


def _close_personal(env: Env, happenings: Sequence[Happening]) -> None:
    """Encrypt the personal values; of most models there are none."""
    plans = {h.model: plan_of(h.model) for h in happenings}
    wanted = {plan.name: plan.personal for plan in plans.values() if plan.personal}
    if wanted:
        mine = [((plans[h.model].name, h.record_id), h) for h in happenings if plans[h.model].personal]
        for _subject, h in mine:
            h.old, h.new = dict(h.old), dict(h.new)  # hooks are told the values as they are
        values = [(subject, held) for subject, h in mine for held in (h.old, h.new)]
        personal.close(env, {subject: wanted[subject[0]] for subject, _h in mine}, values)


_NEW_BATCH = insert(ChangeBatch).returning(ChangeBatch.id)

#: What the mark covers of a Change: model, record, event, instant, user, addon, reason, old and new values.
Covered = tuple[str, int, str, str, int | None, str, str, str, str]


def mark(keys: Keyring, key_id: str, row: Covered) -> str:
    """What tells a row as it was written from one that was altered or made by somebody without the key."""
    return keys.sign(key_id, _encode_row(row))[:_MARK_CHARACTERS]


def redaction_mark(keys: Keyring, key_id: str, row: Covered, written: str | None) -> str:
    """What tells a redacted row from one that somebody altered; `written` is the mark that it was written with."""
    return keys.sign(key_id, _encode_row(["redacted", written, *row]))[:_MARK_CHARACTERS]


def digest(keys: Keyring, key_id: str, marks: Iterable[str]) -> str:
    """What tells a batch with all its rows, in order, from any other."""
    signature = keys.signing(key_id)
    for each in marks:
        signature.update(each.encode())
    return signature.hexdigest()


def unsigned_digest(rows: Iterable[Covered]) -> str:
    """SHA-256 over the rows of a batch in order: its digest before sealing began."""
    sha = hashlib.sha256()
    for row in rows:
        sha.update(_encode_row(row).encode())
    return sha.hexdigest()


_encode = json.JSONEncoder(default=str, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode
_encode_row = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
