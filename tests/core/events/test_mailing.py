"""Handing over e-mail: over TLS to the server that is meant, and every answer becomes what a person can act on."""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

import pytest

from core import calling
from core.base.mail import Letter, written
from core.config import Settings
from core.errors import ConfigError
from core.events import mailing
from core.events.mailing import MailServer, hand_over, mail_server
from core.events.outbox import Refused, Retry
from core.formats.mailbox import Mailbox
from core.testing import mail
from tests.core.test_calling import certified as certified  # noqa: PLC0414 -- a fixture is used by its name

SENDER = Mailbox("erp@kestrel.example", "Kestrel")


@pytest.fixture
def server() -> Iterator[mail.MailServer]:
    with mail.receiving_mail() as running:
        yield running


def plain(server: mail.MailServer) -> MailServer:
    return MailServer("127.0.0.1", server.port, "none", SENDER)


def letter(subject: str = "Order", *, to: tuple[str, ...] = ("tove@example.com",)) -> EmailMessage:
    at = datetime(2026, 3, 12, 8, 0, tzinfo=UTC)
    return written(
        Letter("<1@kestrel.example>", at, SENDER, [Mailbox(each) for each in to], subject, "Grüße\n.\nend\n")
    )


def test_a_message_arrives_with_its_envelope_and_its_text(server: mail.MailServer) -> None:
    refused = hand_over(plain(server), letter("Bestellung für Größe 8"), ["tove@example.com"])

    (came,) = server.received
    assert refused == {}
    assert (came.sender, came.recipients) == ("erp@kestrel.example", ["tove@example.com"])
    assert came.message["Subject"] == "Bestellung für Größe 8"
    assert came.message["From"] == "Kestrel <erp@kestrel.example>"
    assert came.text == "Grüße\n.\nend\n"
    assert came.message["Message-ID"] == "<1@kestrel.example>"
    assert came.message["Auto-Submitted"] is None


@pytest.mark.parametrize(
    "subject", ["Order\r\nBcc: evil@example.com", "Order\nX-Spam: no", "Order\r\n\r\nbody"]
)
def test_no_header_is_smuggled_in(subject: str) -> None:
    with pytest.raises(ValueError, match="linefeed"):
        letter(subject)


def test_over_starttls_the_password_goes_to_the_server_that_is_meant_alone(
    server: mail.MailServer, certified: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.tls.load_cert_chain(certified)
    server.passwords = {"kestrel": "s3cret"}
    there = MailServer(
        "localhost", server.port, "starttls", SENDER, "kestrel", "s3cret", "mail/server.password"
    )

    with pytest.raises(Retry, match="not trusted"):
        hand_over(there, letter(), ["tove@example.com"])
    assert server.received == []
    monkeypatch.setenv("SSL_CERT_FILE", str(certified))
    calling.trusted.cache_clear()
    hand_over(there, letter(), ["tove@example.com"])

    (came,) = server.received
    assert (came.user, came.over_tls) == ("kestrel", True)
    with pytest.raises(Retry, match=r"535 .*mail/server.password"):
        hand_over(replace(there, password="wrong"), letter(), ["tove@example.com"])


def test_a_server_that_offers_no_tls_is_given_nothing(server: mail.MailServer) -> None:
    with pytest.raises(Retry, match="STARTTLS"):
        hand_over(replace(plain(server), security="starttls"), letter(), ["tove@example.com"])

    assert server.received == []


def test_without_tls_only_this_machine_is_talked_to(
    server: mail.MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket.socket, "getpeername", lambda self: ("192.0.2.25", 25))

    with pytest.raises(Retry, match="mail_security"):
        hand_over(plain(server), letter(), ["tove@example.com"])
    assert server.received == []


def test_what_is_final_is_refused_and_what_passes_is_tried_again(server: mail.MailServer) -> None:
    to = ["tove@example.com"]
    server.refusals = {
        "tove@example.com": ["550 5.1.1 no such user", "451 4.7.1 greylisted"],
        "DATA": ["554 5.7.1 spam", "452 4.3.1 full"], "MAIL": ["552 5.3.4 too big"],
    }  # fmt: skip

    with pytest.raises(Refused, match="too big"):
        hand_over(plain(server), letter(), to)
    with pytest.raises(Refused, match=r"tove@example.com: 550 5.1.1 no such user\. Write to another address"):
        hand_over(plain(server), letter(), to)
    with pytest.raises(Retry, match="greylisted"):
        hand_over(plain(server), letter(), to)
    with pytest.raises(Refused, match="spam"):
        hand_over(plain(server), letter(), to)
    with pytest.raises(Retry, match="full"):
        hand_over(plain(server), letter(), to)
    assert hand_over(plain(server), letter(), to) == {}
    assert len(server.received) == 1


def test_those_that_are_not_accepted_while_others_are_come_back_with_the_reason(
    server: mail.MailServer,
) -> None:
    server.refusals = {"nobody@example.com": ["550 5.1.1 no such user"]}
    to = ["tove@example.com", "nobody@example.com"]

    assert hand_over(plain(server), letter(to=(*to,)), to) == {"nobody@example.com": "550 5.1.1 no such user"}
    assert server.received[0].recipients == ["tove@example.com"]


def test_a_server_that_is_away_or_says_nothing_is_left_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mailing, "_REACH_SECONDS", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        there = MailServer("127.0.0.1", silent.getsockname()[1], "none", SENDER)
        begun = time.monotonic()
        with pytest.raises(Retry, match="is not reached"):
            hand_over(there, letter(), ["tove@example.com"])
        assert time.monotonic() - begun < 3

    with pytest.raises(Retry, match="is not reached"):
        hand_over(there, letter(), ["tove@example.com"])


def test_the_password_is_a_secret_of_the_machine_and_what_is_missing_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = Settings(
        tmp_path, mail_server="smtp.example.com", mail_user="kestrel", mail_from="erp@kestrel.example"
    )

    with pytest.raises(ConfigError, match="No mail server"):
        mail_server(Settings(tmp_path))
    with pytest.raises(ConfigError, match="mail_from"):
        mail_server(replace(known, mail_from="nobody"))
    with pytest.raises(ConfigError, match="DOVETAIL_MAIL_PASSWORD_SERVER, or in mail/server"):
        mail_server(known)
    (tmp_path / "mail").mkdir()
    (tmp_path / "mail" / "server.password").write_text("from the file\n")
    assert mail_server(known).password == "from the file"
    monkeypatch.setenv("DOVETAIL_MAIL_PASSWORD_SERVER", "from the environment")
    found = mail_server(known)
    assert (found.password, found.security, found.port) == ("from the environment", "starttls", 587)
    assert "from the environment" not in repr(found)
