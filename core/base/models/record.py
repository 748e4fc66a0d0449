"""What hangs on records of any model, named by model and id; core.base.hanging guards reading and writing."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, ClassVar

from sqlalchemy import JSON
from sqlalchemy.orm import Mapped, mapped_column

from core.base.models.standard import kinds, require, unique_by_company
from core.base.models.user import User
from core.i18n import _
from core.orm.field import children, field, index, link, part_of, reference
from core.orm.model import Model, OfCompany, SharedByCompanies
from core.orm.types import BigId, Choice, Code, Day, Instant, Json, LongText, Name

#: The id of a record of the model that stands beside it.
RecordId = Annotated[int, mapped_column(BigId)]


class ExternalId(SharedByCompanies, Model):
    """What another system calls one of our records; seeds, imports and the bridge find it again by this."""

    __tablename__ = "base_external_id"
    recycled: ClassVar[bool] = False
    singular = _("External id")
    plural = _("External ids")

    system: Mapped[Code] = field(_("System"), title=True, key=True, sort=True)
    key: Mapped[Name] = field(_("Key"), title=True, key=True, search=True)
    model: Mapped[Name] = field(_("Model"), key=True, sort=True)
    record_id: Mapped[RecordId] = field(_("Record"))
    #: Of the values that a seed shipped, so that an upgrade tells an edited row from an untouched one.
    digest: Mapped[Code | None] = field(_("Digest of the shipped values"), readonly=True, listed=False)
    #: What was shipped and taken over, and what is shipped now and waits, since somebody edited the record.
    shipped: Mapped[Json | None] = field(_("Shipped values"), readonly=True, listed=False)
    offered: Mapped[Json | None] = field(_("Newly shipped values"), readonly=True, listed=False)

    __table_args__ = (
        *unique_by_company("system", "model", "key"),
        index("model", "record_id"),
    )


class Attachment(SharedByCompanies, Model):
    """A file on a record; of the record's company or, on a shared record, of the author's."""

    __tablename__ = "base_attachment"
    recycled: ClassVar[bool] = False
    singular = _("Attachment")
    plural = _("Attachments")

    model: Mapped[Name] = field(_("Model"), readonly=True)
    record_id: Mapped[RecordId] = field(_("Record"), readonly=True)
    name: Mapped[Name] = field(_("File name"), title=True, search=True, track=True, personal=True)
    media_type: Mapped[Name] = field(_("Media type"), readonly=True)
    size_bytes: Mapped[int] = field(_("Size, bytes"), readonly=True)
    #: SHA-256 of the content, and its name in the site's folder of attachments.
    digest: Mapped[Code] = field(_("SHA-256"), track=True, readonly=True, listed=False)
    author_id: Mapped[int | None] = reference(User, _("Author"), readonly=True)
    author: Mapped[User | None] = link(author_id)
    #: The e-mail that the file went out with, which nobody takes it from.
    mail_id: Mapped[int | None] = reference("base_mail", _("E-mail"), readonly=True, listed=False)

    __table_args__ = (index("model", "record_id"), index("digest"))


class Comment(SharedByCompanies, Model):
    """What somebody said about a record; of the record's company or, on a shared record, of the author's."""

    __tablename__ = "base_comment"
    recycled: ClassVar[bool] = False
    singular = _("Comment")
    plural = _("Comments")

    model: Mapped[Name] = field(_("Model"), readonly=True)
    record_id: Mapped[RecordId] = field(_("Record"), readonly=True)
    body: Mapped[LongText] = field(_("Comment"), title=True, personal=True)
    author_id: Mapped[int | None] = reference(User, _("Author"), readonly=True)
    author: Mapped[User | None] = link(author_id)
    edited_at: Mapped[Instant | None] = field(_("Edited"), readonly=True)
    mentions: Mapped[list[Mention]] = children(
        _("Mentions"), by=lambda: Mention.comment, order=lambda: Mention.id
    )

    __table_args__ = (index("model", "record_id"),)


class Mention(Model):
    """That a comment calls somebody's attention to it."""

    __tablename__ = "base_mention"
    singular = _("Mention")
    plural = _("Mentions")

    comment_id: Mapped[int] = part_of(Comment, _("Comment"))
    comment: Mapped[Comment] = link(comment_id, back=lambda: Comment.mentions)
    user_id: Mapped[int] = reference(User, _("User"), key=True)
    user: Mapped[User] = link(user_id)
    seen_at: Mapped[Instant | None] = field(_("Seen"), readonly=True)

    __table_args__ = (index("comment_id", "user_id", unique=True),)


class ActivityState(Choice):
    """How far a thing to do is."""

    OPEN = "open", _("Open")
    DONE = "done", _("Done")


class Activity(SharedByCompanies, Model):
    """Something to do about a record until a day; of the record's company or, if shared, the author's."""

    __tablename__ = "base_activity"
    singular = _("To-do")
    plural = _("To-dos")

    model: Mapped[Name] = field(_("Model"), readonly=True)
    record_id: Mapped[RecordId] = field(_("Record"), readonly=True)
    subject: Mapped[Name] = field(_("Subject"), title=True, search=True, personal=True)
    due_on: Mapped[Day | None] = field(_("Due on"), sort=True)
    assignee_id: Mapped[int] = reference(User, _("Assignee"), track=True)
    assignee: Mapped[User] = link(assignee_id)
    author_id: Mapped[int | None] = reference(User, _("Author"), readonly=True)
    author: Mapped[User | None] = link(author_id)
    state: Mapped[ActivityState] = field(
        _("State"), default=ActivityState.OPEN, sort=True, track=True, readonly=True
    )
    done_at: Mapped[Instant | None] = field(_("Done at"), readonly=True)

    __table_args__ = (index("model", "record_id"), index("assignee_id", "state", "due_on"))


class Setting(SharedByCompanies, Model):
    """A value that somebody chose for a declared setting: for the site, a company, or a user."""

    __tablename__ = "base_setting"
    recycled: ClassVar[bool] = False
    singular = _("Setting")
    plural = _("Settings")

    name: Mapped[Name] = field(_("Name"), title=True, key=True, search=True, track=True)
    user_id: Mapped[int | None] = reference(User, _("User"))
    user: Mapped[User | None] = link(user_id)
    #: `{"value": ...}` in JSON's types; core.base.settings knows the declared one.
    value: Mapped[Json] = field(_("Value"), track=True)

    __table_args__ = (index("name", "company_id", "user_id"),)

    def check(self) -> None:
        fits = isinstance(self.value, dict) and set(self.value) == {"value"}
        require({"value": None if fits else _("Write the value as {example}.", example='{"value": 5}')})


class SavedView(Model):
    """Filters, grouping, columns and order of a list that somebody keeps under a name."""

    __tablename__ = "base_saved_view"
    recycled: ClassVar[bool] = False
    singular = _("Saved view")
    plural = _("Saved views")

    model: Mapped[Name] = field(_("Model"), key=True, sort=True)
    name: Mapped[Name] = field(_("Name"), title=True, key=True, search=True)
    owner_id: Mapped[int | None] = reference(User, _("Owner"), key=True, readonly=True)
    owner: Mapped[User | None] = link(owner_id)
    shared_role: Mapped[Name | None] = field(
        _("Shared with role"), help=_("Everybody with this role sees the view. Empty for its owner alone.")
    )
    is_default: Mapped[bool] = field(_("Opened first"), default=False)
    state: Mapped[Json] = field(_("State"), default=dict, listed=False)

    __table_args__ = (index("model", "owner_id", "name", unique=True),)

    def check(self) -> None:
        lost = self.owner_id is None and not self.shared_role
        require({"shared_role": _("A view without an owner is shared with a role.") if lost else None})


class RecordTemplate(OfCompany, Model):
    """Values that somebody begins new records of a kind with."""

    __tablename__ = "base_record_template"
    recycled: ClassVar[bool] = False
    singular = _("Template")
    plural = _("Templates")

    name: Mapped[Name] = field(_("Name"), title=True, key=True, search=True)
    model: Mapped[Name] = field(_("Kind of record"), key=True, sort=True, readonly=True, offers=kinds)
    owner_id: Mapped[int | None] = reference(User, _("Owner"), key=True, readonly=True)
    owner: Mapped[User | None] = link(owner_id)
    shared_role: Mapped[Name | None] = field(
        _("Shared with role"),
        help=_("Everybody with this role in this company may use the template. Empty for its owner alone."),
    )
    #: Values and lines as core.web.drafting writes and reads them, by field name: no field, since its reader may not
    #: see all of them.
    content: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)  # Any: JSON

    __table_args__ = (index("company_id", "model", "owner_id", "name", unique=True),)

    def check(self) -> None:
        lost = self.owner_id is None and not self.shared_role
        require({"shared_role": _("A template without an owner is shared with a role.") if lost else None})


class Favourite(Model):
    """A record that somebody wants at hand."""

    __tablename__ = "base_favourite"
    recycled: ClassVar[bool] = False
    singular = _("Favourite")
    plural = _("Favourites")

    user_id: Mapped[int] = reference(User, _("User"), key=True)
    user: Mapped[User] = link(user_id)
    model: Mapped[Name] = field(_("Model"), title=True, key=True)
    record_id: Mapped[RecordId] = field(_("Record"), title=True, key=True)

    __table_args__ = (index("user_id", "model", "record_id", unique=True),)


class Recent(Model):
    """A record that somebody opened lately."""

    __tablename__ = "base_recent"
    recycled: ClassVar[bool] = False
    singular = _("Recent record")
    plural = _("Recent records")

    user_id: Mapped[int] = reference(User, _("User"), key=True)
    user: Mapped[User] = link(user_id)
    model: Mapped[Name] = field(_("Model"), title=True, key=True)
    record_id: Mapped[RecordId] = field(_("Record"), title=True, key=True)
    opened_at: Mapped[datetime] = field(_("Opened"), sort=True)

    __table_args__ = (index("user_id", "model", "record_id", unique=True),)
