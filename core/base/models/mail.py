"""E-mail that people send from records, and the templates that they begin it with."""

from __future__ import annotations

from typing import ClassVar

from sqlalchemy import JSON, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from core.base.models.record import RecordId
from core.base.models.standard import require, unique_by_company
from core.base.models.user import User
from core.base.models.webhook import listenable
from core.base.rules.template import names_in
from core.i18n import Text, _
from core.orm.catalog import fields_of
from core.orm.field import field, index, link, reference
from core.orm.locality import LocaleName, locale_problem
from core.orm.model import Model, SharedByCompanies, model_named
from core.orm.types import Choice, Instant, LongText, Name

#: What a template inserts besides the fields of its model: the record's name and address, who sends it, their company.
GENERAL = frozenset({"record.label", "record.url", "user.name", "company.name"})


class MailState(Choice):
    """What became of an e-mail."""

    QUEUED = "queued", _("Waiting")
    SENT = "sent", _("Sent")
    FAILED = "failed", _("Not sent")


class Mail(SharedByCompanies, Model):
    """An e-mail about a record; of the record's company or, on a shared record, of the sender's."""

    __tablename__ = "base_mail"
    recycled: ClassVar[bool] = False
    singular, plural = _("E-mail"), _("E-mails")

    model: Mapped[Name] = field(_("Kind of record"), readonly=True, offers=listenable)
    record_id: Mapped[RecordId] = field(_("Record"), readonly=True, listed=False)
    subject: Mapped[Name] = field(_("Subject"), title=True, search=True, readonly=True, personal=True)
    recipients: Mapped[LongText] = field(_("To"), readonly=True, personal=True)
    copies: Mapped[LongText | None] = field(_("Copy to"), readonly=True, personal=True, listed=False)
    body: Mapped[LongText] = field(_("Text"), readonly=True, personal=True, listed=False)
    state: Mapped[MailState] = field(_("State"), default=MailState.QUEUED, readonly=True, sort=True)
    reason: Mapped[LongText | None] = field(_("Reason"), readonly=True, listed=False)
    author_id: Mapped[int | None] = reference(User, _("Sent by"), readonly=True)
    author: Mapped[User | None] = link(author_id)
    queued_at: Mapped[Instant] = field(_("Written"), readonly=True, sort=True)
    sent_at: Mapped[Instant | None] = field(_("Sent"), readonly=True)
    #: Of RFC 5322, the same at every attempt: who gets it twice sees that it is one.
    message_id: Mapped[Name | None] = field(_("Message id"), readonly=True, listed=False)
    #: Its message in the outbox.
    outgoing_id: Mapped[str | None] = mapped_column(String(36), index=True)
    #: Written by the system, not by a person (RFC 3834).
    automatic: Mapped[bool] = field(_("Automatic"), default=False, readonly=True, listed=False)
    recipient_count: Mapped[int] = mapped_column(Integer, default=0)
    #: Those that the mail server did not accept while others were: sent again, it goes to them alone.
    missing: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True))

    __table_args__ = (index("model", "record_id"), index("author_id", "queued_at"))


class MailTemplate(SharedByCompanies, Model):
    """What an e-mail about a record of some kind begins with."""

    __tablename__ = "base_mail_template"
    singular, plural = _("E-mail template"), _("E-mail templates")

    name: Mapped[Name] = field(_("Name"), title=True, key=True, search=True, sort=True, track=True)
    model: Mapped[Name] = field(_("About"), track=True, offers=listenable)
    language: Mapped[LocaleName] = field(
        _("Language"), default="en", key=True, track=True,
        help=_("Numbers, days and the document are written in it; it is proposed first where a partner speaks it."),
    )  # fmt: skip
    subject: Mapped[Name] = field(_("Subject"), track=True)
    body: Mapped[LongText] = field(
        _("Text"), track=True, listed=False,
        help=_("Fields stand in braces by the API's names, such as {number}; {record.label}, {record.url}, {user.name} "
               "and {company.name} as well."),
    )  # fmt: skip
    active: Mapped[bool] = field(_("Active"), default=True, sort=True, track=True)

    __table_args__ = unique_by_company("name", "language")

    def check(self) -> None:
        require({
            "model": None if self.model in listenable() else _("There is no {name} here.", name=self.model),
            "language": locale_problem(self.language),
            "subject": self._unknown(self.subject) or _in_a_line(self.subject),
            "body": self._unknown(self.body),
        })  # fmt: skip

    def _unknown(self, text: str) -> Text | None:
        model = model_named(self.model)
        known = {*GENERAL, *(fields_of(model) if model is not None else ())}
        wrong = next((name for name in names_in(text or "") if name not in known), None)
        return None if wrong is None else _("There is no field {name} to insert.", name=wrong)


def _in_a_line(text: str) -> Text | None:
    return None if not text or text.isprintable() else _("A subject is one line.")
