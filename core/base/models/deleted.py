"""What people may take back: the recycle bin, and the last change of each."""

from __future__ import annotations

from functools import partial
from typing import Any, ClassVar

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from core.base.models.standard import kinds
from core.base.models.user import User
from core.i18n import _
from core.orm.field import FieldInfo, field, index, link
from core.orm.model import Base, Model, SharedByCompanies
from core.orm.types import BigId, Instant, Name


class DeletedRecord(SharedByCompanies, Model):
    """A record that somebody deleted, kept whole for a while so that it can be brought back."""

    __tablename__ = "base_deleted_record"
    singular, plural = _("Deleted record"), _("Deleted records")
    recycled: ClassVar[bool] = False

    name: Mapped[Name] = field(_("Record"), title=True, search=True, readonly=True)
    model: Mapped[Name] = field(_("Kind of record"), readonly=True, offers=partial(kinds, recycled=True))
    record_id: Mapped[int] = mapped_column(BigId)
    #: No reason to keep an account: who is gone deleted nothing any more.
    user_id: Mapped[int | None] = mapped_column(
        BigId, ForeignKey("base_user.id", ondelete="SET NULL"), index=True,
        info={"field": FieldInfo(_("Deleted by"), copy=False, readonly=True), "widget": "reference"},
    )  # fmt: skip
    user: Mapped[User | None] = link(user_id)
    deleted_at: Mapped[Instant] = field(_("Deleted at"), sort=True, readonly=True)
    #: What was deleted at once, and so is undone at once.
    deletion: Mapped[str] = mapped_column(String(32), index=True)
    #: The record and its parts, owners first, as core.orm.reinsertion reads them.
    content: Mapped[list[Any]] = mapped_column(JSON)  # Any: JSON

    __table_args__ = (index("model", "record_id"),)


class LastStep(Base):
    """What a person's last change replaced, one row a person. Not a Model: its page alone reads it."""

    __tablename__ = "base_last_step"

    #: The person's.
    id: Mapped[int] = mapped_column(BigId, ForeignKey("base_user.id", ondelete="CASCADE"), primary_key=True)
    at: Mapped[Instant]
    #: How it is undone: core.web.undo writes and reads it.
    content: Mapped[dict[str, Any]] = mapped_column(JSON)  # Any: JSON
