"""Incoming messages as rows, and how far those of each key have come."""

from __future__ import annotations

from sqlalchemy import BigInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from core import clock
from core.i18n import _
from core.orm.field import field, index
from core.orm.model import Base, Model, SharedByCompanies
from core.orm.types import BigId, Choice, Code, Instant, Json, LongText, Name


class IncomingState(Choice):
    """What became of a message that came in."""

    DONE = "done", _("Done")
    WAITING = "waiting", _("Waits for an earlier one")
    PARKED = "parked", _("Parked")
    POISON = "poison", _("Quarantined")
    DISCARDED = "discarded", _("Discarded")


#: Still to have their effect.
PENDING = (IncomingState.WAITING, IncomingState.PARKED)


class IncomingMessage(SharedByCompanies, Model):
    """A message from another system, and what became of it."""

    __tablename__ = "base_incoming_message"
    singular, plural = _("Incoming message"), _("Incoming messages")

    sender: Mapped[Code] = field(_("Sender"), readonly=True)
    message_id: Mapped[str] = mapped_column(String(64))
    type: Mapped[Name] = field(_("Kind of message"), readonly=True, title=True)
    key: Mapped[Name] = field(_("Ordering key"), default="", readonly=True, search=True)
    sequence: Mapped[int] = mapped_column(BigInteger, default=0)
    correlation_id: Mapped[Name | None] = field(_("Belongs to"), readonly=True, listed=False)
    payload: Mapped[Json] = field(_("Content"), readonly=True, listed=False)
    sha256: Mapped[str] = mapped_column(String(64))
    state: Mapped[IncomingState] = field(_("State"), default=IncomingState.WAITING, readonly=True, sort=True)
    reason: Mapped[LongText | None] = field(_("Reason"), readonly=True)
    #: How often it came.
    hits: Mapped[int] = field(_("Times received"), default=1, readonly=True)
    attempts: Mapped[int] = field(_("Attempts"), default=0, readonly=True)
    received_at: Mapped[Instant] = field(_("Received"), default=clock.now, readonly=True, sort=True)
    done_at: Mapped[Instant | None] = field(_("Done"), readonly=True)
    #: When it is tried again without being asked.
    next_at: Mapped[Instant | None] = mapped_column(index=True)
    #: Whose session or token brought it: its effect is theirs, whoever has it done again.
    user_id: Mapped[int | None] = mapped_column(BigId)
    #: Bears the id of another message with other content; it never has an effect.
    quarantined: Mapped[bool] = mapped_column(default=False)
    decision: Mapped[LongText | None] = field(_("Decision"), readonly=True, track=True, listed=False)

    __table_args__ = (
        index("sender", "message_id", unique=True, where="NOT quarantined", name="uq_base_incoming_message_id"),
        index("sender", "key", "sequence"),
    )  # fmt: skip

    @property
    def is_ordered(self) -> bool:
        return bool(self.key) and self.sequence > 0


class Stream(Base):
    """How far the messages of a sender and key have had their effect. The system alone reads it."""

    __tablename__ = "base_incoming_stream"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    sender: Mapped[Code] = mapped_column()
    key: Mapped[Name] = mapped_column()
    last_sequence: Mapped[int] = mapped_column(BigInteger, default=0)

    __table_args__ = (index("sender", "key", unique=True),)
