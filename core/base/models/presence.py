"""Who has which record open."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from core.orm.model import Base
from core.orm.types import BigId, Instant


class Presence(Base):
    """That somebody has a record open. Not a Model: core.base.presence alone reads it, for who may read the record."""

    __tablename__ = "base_presence"

    model: Mapped[str] = mapped_column(String(100), primary_key=True)
    record_id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    user_id: Mapped[int] = mapped_column(
        BigId,
        ForeignKey("base_user.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
        index=True,
    )
    #: The record's company or, for one that companies share, that in which the person works: they meet there.
    company_id: Mapped[int | None] = mapped_column(BigId)
    editing: Mapped[bool]
    seen_at: Mapped[Instant]

    __table_args__ = (Index(None, "seen_at"),)
