"""E-mail about records: who may send it, to how many, and what becomes of one that did not arrive."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from core import clock, config
from core.actions import action
from core.base.actions.attaching import files, send_along
from core.base.hanging import company_of, rows_on
from core.base.mail import ABOUT_RECORD, queue
from core.base.models.mail import Mail, MailState
from core.base.models.mechanism import OutgoingMessage, OutgoingState
from core.base.models.role import administrator, correspondent
from core.base.models.user import User
from core.base.settings import Level, setting, value
from core.errors import ConfigError, Forbidden, UserError, ValidationError
from core.events.mailing import mail_server
from core.events.outbox import waiting, wake_lane
from core.formats.mailbox import Mailbox, mailboxes
from core.i18n import Text, _
from core.orm.condition import where
from core.orm.env import Env
from core.orm.model import Model, model_name
from core.orm.rowset import among

#: People who get one e-mail; more of them are a mailing list, which this is not.
MOST_RECIPIENTS = 50
#: Files that go along, together: what most mail servers take once it is encoded.
MOST_BYTES = 10_000_000
_LONGEST_SUBJECT = 200
_LONGEST_BODY = 100_000
_HOUR = timedelta(hours=1)

recipients_per_hour = setting(
    "base.mail_recipients_per_hour", _("Recipients of a person's e-mail in an hour"), 100, levels=(Level.SITE,),
    minimum=1, maximum=10_000, help=_("Copies count too, and what is sent again."),
)  # fmt: skip

is_failed = where(Mail.state, "eq", MailState.FAILED)


@dataclass(frozen=True)
class Draft:
    """An e-mail as a person wrote it."""

    recipients: str
    subject: str
    body: str
    copies: str = ""
    #: Files of the record that go along, by id.
    file_ids: Sequence[int] = ()
    #: Others, by name: the record as PDF.
    made: Sequence[tuple[str, bytes]] = ()


def may_send(env: Env) -> bool:
    """Whether the person may send e-mail about records that they see."""
    person = env.principal
    if person.is_system:
        return True
    return correspondent.name in person.roles and env.site.access.may_act(person, "send", Mail)


def problem(env: Env) -> str:
    """Why no e-mail can be sent from this site, as far as its settings tell; "" where nothing stands against it."""
    try:
        mail_server(config.read(env.site.folder))
    except ConfigError as error:
        return str(error)
    return ""


def send_mail(env: Env, record: Model, draft: Draft) -> Mail:
    """Send an e-mail about a record that the person was given by the gate; it leaves after the commit.

    Raises ValidationError by field of the draft, Forbidden for who may not.
    """
    if not may_send(env):
        raise Forbidden(_("Your roles do not let you send e-mail about {record}.", record=record.label))
    sender = _sender(env)
    to, copies = checked(draft)
    chosen = _chosen(env, record, draft)
    _require_allowance(env, len(to) + len(copies))
    mail = _kept(env, record, sender, Mail(
        recipients=_listed(to), copies=_listed(copies) or None, subject=draft.subject.strip(), body=_plain(draft.body),
        recipient_count=len(to) + len(copies),
    ))  # fmt: skip
    for name, content in chosen:
        send_along(env, record, mail, name, content)
    return mail


def _sender(env: Env) -> Mailbox:
    """Whom the site's e-mail comes from; raises UserError where none can be sent."""
    try:
        return mail_server(config.read(env.site.folder)).sender
    except ConfigError as error:
        raise UserError(_("No e-mail can be sent from here: {reason}", reason=error)) from error


def _kept(env: Env, record: Model, sender: Mailbox, mail: Mail) -> Mail:
    """Write the row, and its message with it."""
    mail.model, mail.record_id = model_name(type(record)), record.id
    mail.company_id, mail.author_id, mail.queued_at = company_of(env, record), env.user_id, clock.now()
    with env.acting_as("base"):
        env.add(mail)
        env.flush()
        mail.outgoing_id = queue(env, ABOUT_RECORD, {"mail": mail.id})
        mail.message_id = f"<{mail.outgoing_id}@{sender.domain}>"
    return mail


@action(
    _("Send again"), on=Mail, roles=[correspondent], icon="send", primary=True, when=is_failed,
)  # fmt: skip
def send_mail_again(env: Env, mails: Sequence[Mail]) -> None:
    """It is handed to the mail server once more; where some recipients had it, to the others alone."""
    for mail in mails:
        found = env.get(Mail, mail.id, lock=True)
        if found.state is not MailState.FAILED:
            raise UserError(
                _("{mail} is not waiting for you any more. Nothing has changed.", mail=found.subject)
            )
        _require_allowance(env, len(found.missing or ()) or found.recipient_count)
        found.state, found.reason, found.queued_at = MailState.QUEUED, None, clock.now()
        env.flush()
        _wake(env, found)


@action(_("Send a test e-mail"), on=User, roles=[administrator], icon="mail")
def send_test_mail(env: Env, users: Sequence[User]) -> Sequence[Mail]:
    """A few words go to the address of the user, so that you see whether e-mail leaves this site."""
    sender = _sender(env)
    return [_test(env, user, sender) for user in users]


def _test(env: Env, user: User, sender: Mailbox) -> Mail:
    if not user.email:
        raise UserError(_("{user} has no address of e-mail.", user=user.label))
    subject = str(_("Test e-mail"))
    body = str(_("This site sends e-mail. Nobody needs to answer."))
    to = _address_of(user)
    return _kept(
        env,
        user,
        sender,
        Mail(recipients=str(to), subject=subject, body=body, recipient_count=1, automatic=True),
    )


def _address_of(user: User) -> Mailbox:
    found, _wrong = mailboxes(user.email or "")
    if len(found) != 1:
        raise UserError(_("“{address}” is no address of e-mail.", address=user.email or ""))
    return found[0].called(user.name)


@dataclass(frozen=True)
class Posted:
    """An e-mail about a record, as it is shown."""

    id: int
    at: datetime
    author: str
    recipients: str
    copies: str
    subject: str
    body: str
    state: MailState
    reason: str
    sent_at: datetime | None
    #: The reader may have it sent again.
    may_send_again: bool


def mails(env: Env, record: Model, limit: int = 200) -> list[Posted]:
    """The e-mails about a record that the person was given by the gate, the newest first."""
    asked = rows_on(env, Mail, record).options(joinedload(Mail.author)).order_by(Mail.id.desc()).limit(limit)
    with env.as_system() as system:
        return [_posted(env, mail) for mail in system.session.scalars(asked)]


def _posted(env: Env, mail: Mail) -> Posted:
    mine = env.user_id is not None and (
        mail.author_id == env.user_id or administrator.name in env.principal.roles
    )
    return Posted(
        mail.id, mail.queued_at, mail.author.name if mail.author is not None else "", mail.recipients,
        mail.copies or "", mail.subject, mail.body, mail.state, mail.reason or "", mail.sent_at,
        mine and mail.state is MailState.FAILED and may_send(env),
    )  # fmt: skip


def follow_messages(env: Env, ids: Sequence[int]) -> None:
    """What a person discarded in the outbox is not waited for: its e-mail says so."""
    with env.as_system() as system:
        asked = select(OutgoingMessage.message_id, OutgoingMessage.decision).where(
            among(OutgoingMessage.id, ids, env.dialect), OutgoingMessage.state == OutgoingState.DISCARDED
        )
        decided = {row[0]: row[1] for row in system.session.execute(asked)}
        mails_of = select(Mail).where(Mail.outgoing_id.in_(sorted(decided)), Mail.state == MailState.QUEUED)
        for mail in system.session.scalars(mails_of) if decided else ():
            mail.state = MailState.FAILED
            mail.reason = str(_("Discarded: {reason}", reason=decided[mail.outgoing_id or ""] or ""))


def checked(draft: Draft) -> tuple[list[Mailbox], list[Mailbox]]:
    """Whom it goes to, and whom a copy; raises ValidationError by field of the draft."""
    to, wrong = mailboxes(draft.recipients)
    copies, wrong_copies = mailboxes(draft.copies)
    found = {
        "recipients": _not_addresses(wrong) or _wrong_number(len(to), len(copies)),
        "copies": _not_addresses(wrong_copies), "subject": _wrong_subject(draft.subject.strip()),
        "body": _wrong_body(draft.body.strip()),
    }  # fmt: skip
    problems: dict[str, object] = {name: text for name, text in found.items() if text is not None}
    if problems:
        raise ValidationError(problems)
    return to, copies


def _wrong_number(to: int, copies: int) -> Text | None:
    if to == 0:
        return _("Say to whom.")
    many = to + copies > MOST_RECIPIENTS
    return _("An e-mail goes to {most} people at most.", most=MOST_RECIPIENTS) if many else None


def _wrong_subject(subject: str) -> Text | None:
    if not subject:
        return _("{field} is needed.", field=_("Subject"))
    fits = subject.isprintable() and len(subject) <= _LONGEST_SUBJECT
    return None if fits else _("A subject is one line of {most} characters at most.", most=_LONGEST_SUBJECT)


def _wrong_body(body: str) -> Text | None:
    if not body:
        return _("{field} is needed.", field=_("Text"))
    fits = "\0" not in body and len(body) <= _LONGEST_BODY
    return (
        None if fits else _("A text has at most {most} characters. Attach longer ones.", most=_LONGEST_BODY)
    )


def _not_addresses(wrong: Sequence[str]) -> Text | None:
    return _("“{address}” is no address of e-mail.", address=wrong[0]) if wrong else None


def _chosen(env: Env, record: Model, draft: Draft) -> list[tuple[str, bytes]]:
    """What goes along: files of this very record, and what was made for it."""
    known = {filed.id: filed for filed in files(env, record)}
    if any(file_id not in known for file_id in draft.file_ids):
        raise ValidationError({"files": _("A file is not there any more.")})
    wanted = [known[file_id] for file_id in dict.fromkeys(draft.file_ids)]
    size = sum(filed.size_bytes for filed in wanted) + sum(len(content) for _name, content in draft.made)
    if size > MOST_BYTES:
        raise ValidationError(
            {"files": _("Together the files are larger than {most} MB.", most=MOST_BYTES // 1_000_000)}
        )
    return [*draft.made, *((filed.name, filed.path.read_bytes()) for filed in wanted)]


def _require_allowance(env: Env, wanted: int) -> None:
    """Raise ValidationError where a person would write to more people in an hour than the site lets one."""
    if env.principal.is_system:
        return
    with env.as_system() as system:
        system.get(User, env.user_id or 0, lock=True)  # two at once are counted one after the other
        since = select(func.coalesce(func.sum(Mail.recipient_count), 0)).where(
            Mail.author_id == env.user_id, Mail.queued_at > clock.now() - _HOUR
        )
        sent, most = system.session.scalar(since) or 0, value(system, recipients_per_hour)
    if sent + wanted > most:
        raise ValidationError(
            {"recipients": _("You wrote to {sent} people within the last hour, of {most} at most. Send this later.",
                             sent=sent, most=most)}
        )  # fmt: skip


def _wake(env: Env, mail: Mail) -> None:
    """Have its message delivered at once; one that is not kept any more is written anew."""
    with env.as_system() as system:
        asked = select(OutgoingMessage).where(OutgoingMessage.message_id == mail.outgoing_id)
        message = system.session.scalar(asked.with_for_update())
        if message is not None:
            message.state, message.attempts = OutgoingState.WAITING, 0
            message.decision = str(_("Sent again"))
            system.flush()
            wake_lane(env._connection, message.channel, message.key, clock.now())
    if message is None:
        mail.outgoing_id = queue(env, ABOUT_RECORD, {"mail": mail.id})
    waiting.send(env)


def _listed(boxes: Sequence[Mailbox]) -> str:
    return ", ".join(str(box) for box in boxes)


def _plain(text: str) -> str:
    """With the ends of lines that texts have here; browsers send others."""
    return text.replace("\r\n", "\n").strip() + "\n"
