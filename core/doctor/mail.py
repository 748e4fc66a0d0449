"""Looks at the way out for e-mail."""

from __future__ import annotations

from collections.abc import Iterator

from core.config import Settings
from core.doctor.finding import Finding, warning
from core.errors import ConfigError
from core.events.mailing import greet, mail_server
from core.events.outbox import Retry
from core.i18n import _


def mail(settings: Settings) -> Iterator[Finding]:
    """Whether the mail server is reached and knows us, where one is set."""
    if not settings.mail_server:
        return
    try:
        server = mail_server(settings)
        greet(server)
    except (ConfigError, Retry) as error:
        yield warning("mail", _("No e-mail leaves: {error}", error=error))
    else:
        yield Finding("mail", _("The mail server {host} is ready for us.", host=server.place))
