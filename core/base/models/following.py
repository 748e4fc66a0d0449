"""Who follows which record, and what they were told of it."""

from __future__ import annotations

from typing import ClassVar

from sqlalchemy.orm import Mapped

from core.base.models.record import Comment, RecordId
from core.base.models.user import User
from core.i18n import _
from core.orm.field import field, index, link, reference
from core.orm.model import Model
from core.orm.types import Choice, Code, Instant, Name


class NewsKind(Choice):
    """What followers are told of."""

    COMMENT = "comment", _("Comment")
    MENTION = "mention", _("Mention")
    STATE = "state", _("State")


class MailWish(Choice):
    """When somebody gets e-mail about what they follow."""

    NOW = "now", _("At once")
    DAILY = "daily", _("Once a day")
    NEVER = "never", _("Never")


class Follower(Model):
    """That somebody wants to hear what happens to a record."""

    __tablename__ = "base_follower"
    recycled: ClassVar[bool] = False
    singular, plural = _("Follower"), _("Followers")

    user_id: Mapped[int] = reference(User, _("User"), key=True)
    user: Mapped[User] = link(user_id)
    model: Mapped[Name] = field(_("Model"), title=True, key=True)
    record_id: Mapped[RecordId] = field(_("Record"), title=True, key=True)

    __table_args__ = (index("model", "record_id", "user_id", unique=True),)


class Notification(Model):
    """What somebody was told of a record that they follow."""

    __tablename__ = "base_notification"
    recycled: ClassVar[bool] = False
    singular, plural = _("Notification"), _("Notifications")

    user_id: Mapped[int] = reference(User, _("User"), readonly=True)
    user: Mapped[User] = link(user_id)
    model: Mapped[Name] = field(_("Model"), title=True, readonly=True)
    record_id: Mapped[RecordId] = field(_("Record"), title=True, readonly=True)
    kind: Mapped[NewsKind] = field(_("What happened"), readonly=True)
    comment_id: Mapped[int | None] = reference(Comment, _("Comment"), readonly=True)
    comment: Mapped[Comment | None] = link(comment_id)
    #: The state that was reached, by its key.
    state: Mapped[Code | None] = field(_("State"), readonly=True)
    by_id: Mapped[int | None] = reference(User, _("By"), readonly=True)
    by: Mapped[User | None] = link(by_id)
    happened_at: Mapped[Instant] = field(_("When"), readonly=True, sort=True)
    seen_at: Mapped[Instant | None] = field(_("Seen"), readonly=True)
    #: When it is told by e-mail, as the person wished it then; and when that e-mail was written.
    by_mail: Mapped[MailWish] = field(_("By e-mail"), default=MailWish.NEVER, readonly=True)
    mailed_at: Mapped[Instant | None] = field(_("E-mail written"), readonly=True)

    __table_args__ = (
        index("user_id", "seen_at"), index("model", "record_id"),
        index("by_mail", "mailed_at"),
    )  # fmt: skip
