"""Handing e-mail to the site's mail server: SMTP (RFC 5321) over TLS, with a certificate that is checked."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.message import EmailMessage
from ipaddress import ip_address
from socket import socket
from threading import Timer

from core.calling import shut, trusted
from core.config import MAIL_SECURITIES, Settings
from core.errors import ConfigError
from core.events.outbox import Refused, Retry
from core.formats.mailbox import Mailbox, mailbox
from core.i18n import _

#: The mail server is hung up on after so long, whatever it does: a lane's lease is longer.
SECONDS = 25.0
#: Each of its addresses is tried for so long.
_REACH_SECONDS = 8.0
#: So much of what it says is kept.
_KEPT = 300
#: From here on an answer is final (RFC 5321, 4.2.1).
_PERMANENT = 500
_STARTTLS, _TLS, _PLAIN = MAIL_SECURITIES


class Away(Retry):
    """The mail server itself cannot be used now, whatever it is given."""


@dataclass(frozen=True)
class MailServer:
    """Where e-mail is handed to, and as whom."""

    host: str
    port: int
    security: str
    sender: Mailbox
    user: str = ""
    password: str = field(default="", repr=False)
    #: Where the password is looked for, for who has to mend it.
    secret: str = ""

    @property
    def place(self) -> str:
        return f"{self.host}:{self.port}"


def mail_server(settings: Settings) -> MailServer:
    """The one of the site's settings; raises ConfigError that says what is missing."""
    if not settings.mail_server:
        raise ConfigError(_("No mail server is set: give mail_server and mail_from in dovetail.toml."))
    sender = mailbox(settings.mail_from)
    if sender is None:
        raise ConfigError(
            _("mail_from in dovetail.toml is no address of e-mail: “{value}”.", value=settings.mail_from)
        )
    given = settings.mail_password()
    where = f"{given.variable}, {given.file}"
    if settings.mail_user and not given.text:
        raise ConfigError(
            _("The password of {user} is missing: give it as {variable}, or in {file} of the site's folder.",
              user=settings.mail_user, variable=given.variable, file=given.file)
        )  # fmt: skip
    return MailServer(
        settings.mail_server, settings.mail_port, settings.mail_security, sender, settings.mail_user, given.text, where
    )  # fmt: skip


def hand_over(server: MailServer, message: EmailMessage, recipients: Sequence[str]) -> Mapping[str, str]:
    """Give `message` to the server, which has it for good from then on for all but those returned, with its reasons.

    Raises Retry where that may help, Refused where the server will never take it; both say what to do.
    """
    try:
        with _connected(server) as smtp:
            refused = smtp.sendmail(server.sender.address, list(recipients), message.as_bytes())
    except smtplib.SMTPRecipientsRefused as error:
        raise _none_accepted(error.recipients) from error
    except smtplib.SMTPException as error:
        raise _understood(server, error) from error
    except ssl.SSLCertVerificationError as error:
        untrusted = _(
            "The certificate of {host} is not trusted: {error}", host=server.place, error=error.verify_message
        )
        raise Away(str(untrusted)) from error
    except OSError as error:
        raise _not_reached(server, error) from error
    return {address: _said(code, text) for address, (code, text) in refused.items()}


def greet(server: MailServer) -> None:
    """Sign in at the server and send nothing; raises Retry that says why not."""
    try:
        with _connected(server) as smtp:
            smtp.noop()
    except smtplib.SMTPException as error:
        raise Retry(str(_understood(server, error))) from error
    except OSError as error:
        raise _not_reached(server, error) from error


@contextmanager
def _connected(server: MailServer) -> Iterator[smtplib.SMTP]:
    """A conversation with the server, signed in, over TLS unless it is on this machine."""
    smtp: smtplib.SMTP | None = None

    def cut() -> None:
        if smtp is not None and smtp.sock is not None:
            shut(smtp.sock)

    timer = Timer(SECONDS, cut)
    timer.daemon = True
    timer.start()
    try:
        smtp = _opened(server)
        _secure(server, smtp)
        if server.user:
            smtp.login(server.user, server.password)
        yield smtp
        with suppress(
            smtplib.SMTPException, OSError
        ):  # it has the message: how it says good-bye changes nothing
            smtp.quit()
    finally:
        timer.cancel()
        if smtp is not None:
            smtp.close()


def _opened(server: MailServer) -> smtplib.SMTP:
    name, wait = server.sender.domain, _REACH_SECONDS
    smtp = (
        smtplib.SMTP_SSL(server.host, server.port, name, timeout=wait, context=trusted())
        if server.security == _TLS
        else smtplib.SMTP(server.host, server.port, name, timeout=wait)
    )
    _socket_of(smtp).settimeout(SECONDS)
    return smtp


def _secure(server: MailServer, smtp: smtplib.SMTP) -> None:
    """Begin TLS; without it only a server on this very machine is talked to."""
    if server.security == _STARTTLS:
        smtp.starttls(context=trusted())
    elif server.security == _PLAIN:
        address = str(_socket_of(smtp).getpeername()[0]).partition("%")[0]
        if not ip_address(address).is_loopback:
            raise Away(
                str(_("{host} is another machine, which is talked to over TLS alone: set mail_security in "
                      "dovetail.toml to starttls or tls.", host=server.place))
            )  # fmt: skip


def _socket_of(smtp: smtplib.SMTP) -> socket:
    assert smtp.sock is not None  # it is connected
    return smtp.sock


def _understood(server: MailServer, error: smtplib.SMTPException) -> Exception:
    """What an answer means for the message, and who can do something about it."""
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return Away(
            str(_("The mail server does not accept user {user} and the password: {said}. Set mail_user in "
                  "dovetail.toml and the password ({secret}).",
                  user=server.user, secret=server.secret, said=_answer(error)))
        )  # fmt: skip
    if isinstance(error, smtplib.SMTPSenderRefused):
        said = _("The mail server takes nothing like this from {sender}: {said}. Look at mail_from in dovetail.toml, "
                 "or attach less.", sender=server.sender.address, said=_answer(error))  # fmt: skip
        return Refused(str(said)) if error.smtp_code >= _PERMANENT else Retry(str(said))
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return Away(
            str(_("{host} cannot do what it is asked for: {error} Look at mail_security and mail_user in "
                  "dovetail.toml.", host=server.place, error=str(error)[:_KEPT]))
        )  # fmt: skip
    if isinstance(error, smtplib.SMTPDataError):
        said = _("The mail server does not take the message: {said}.", said=_answer(error))
        return Refused(str(said)) if error.smtp_code >= _PERMANENT else Retry(str(said))
    return _not_reached(server, error)


def _none_accepted(recipients: Mapping[str, tuple[int, bytes]]) -> Exception:
    said = "; ".join(f"{address}: {_said(code, text)}" for address, (code, text) in recipients.items())
    if any(code < _PERMANENT for code, _text in recipients.values()):
        return Retry(str(_("The mail server accepts no recipient now: {said}", said=said)))
    return Refused(
        str(_("The mail server accepts no recipient: {said}. Write to another address.", said=said))
    )


def _not_reached(server: MailServer, error: Exception) -> Away:
    return Away(str(_("{host} is not reached: {error}", host=server.place, error=str(error)[:_KEPT])))


def _answer(error: smtplib.SMTPResponseException) -> str:
    return _said(error.smtp_code, error.smtp_error)


def _said(code: int, text: bytes | str) -> str:
    """An answer of the server in one line, with nothing in it that is not to be read."""
    words = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    return f"{code} {' '.join(''.join(s if s.isprintable() else ' ' for s in words).split())}"[:_KEPT]
