"""E-mails in the timeline of a record: whom they went to, what went along, and whether they arrived."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from core import clock
from core.base.actions import attaching, mailing
from core.base.models.mail import Mail, MailState
from core.i18n import _
from core.orm.env import Env
from core.orm.model import Model
from core.web.cells import Value
from core.web.format import Reader, file_size
from core.web.parts import Action
from core.web.record_parts import Entry, File, person
from core.web.urls import list_url, record_url, with_query

#: So soon after it was written an e-mail is likely to arrive while the page is open.
_SOON = timedelta(minutes=1)


def mail_entries(at: Env, reader: Reader, record: Model, most: int) -> Iterator[tuple[datetime, Entry]]:
    """Each with its moment."""
    found = mailing.mails(at, record, most)
    along = attaching.sent_along(at, record) if found else {}
    back = record_url(type(record), record.id)
    for mail in found:
        yield mail.at, _entry(reader, mail, along.get(mail.id, ()), back)


def _entry(reader: Reader, mail: mailing.Posted, files: Sequence[attaching.Filed], back: str) -> Entry:
    to = ", ".join(part for part in (mail.recipients, mail.copies) if part)
    waits = mail.state is MailState.QUEUED and clock.now() - mail.at < _SOON
    again = with_query(f"{list_url(Mail)}/-/action/send_mail_again", [("ids", str(mail.id)), ("back", back)])
    return Entry(
        "mail", reader.time(mail.at), mail.at.isoformat(), person=person(mail.author) if mail.author else None,
        icon="mail", text=mail.body, title=mail.subject, sub=_("to {recipients}", recipients=to),
        why=mail.reason, mark=_mark(reader, mail),
        files=[File(f.name, f"/-/files/{f.id}", file_size(reader, f.size_bytes), "", "") for f in files],
        action=Action(_("Send again"), again, "send", method="post") if mail.may_send_again else None,
        refresh_url=back if waits else "",
    )  # fmt: skip


def _mark(reader: Reader, mail: mailing.Posted) -> Value:
    if mail.state is MailState.SENT and mail.sent_at is not None:
        return Value("text", str(_("Sent {when}", when=reader.instant(mail.sent_at))))
    if mail.state is MailState.FAILED:
        return Value("mark", str(mail.state.label), level="bad")
    return Value("mark", str(mail.state.label), level="warn" if mail.reason else "know")
