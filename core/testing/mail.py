"""A mail server on this machine for tests: it speaks SMTP (RFC 5321), keeps what it gets, and refuses as it is told."""

from __future__ import annotations

import base64
import socketserver
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from threading import Thread

from core.config import read, write


@dataclass
class Received:
    """A message as it came, with the envelope that it came in."""

    sender: str
    recipients: list[str]
    raw: bytes
    #: Who had signed in, "" for nobody; and whether the way was over TLS.
    user: str
    over_tls: bool

    @property
    def message(self) -> EmailMessage:
        return message_from_bytes(self.raw, policy=SMTP)

    @property
    def text(self) -> str:
        """What a person reads of it."""
        part = self.message.get_body(("plain",))
        return "" if part is None else str(part.get_content()).replace("\r\n", "\n")


@dataclass
class MailServer:
    """What the server does, and what it was given."""

    port: int = 0
    received: list[Received] = field(default_factory=list)
    #: Answers in the place of good ones, each once and in order, by the command or the address they are about.
    refusals: dict[str, list[str]] = field(default_factory=dict)
    #: Who may sign in; nobody needs to while it is empty.
    passwords: dict[str, str] = field(default_factory=dict)
    #: What it offers TLS with after STARTTLS; None for none.
    tls: ssl.SSLContext | None = None

    def serve(self, folder: Path) -> None:
        """Have the site in `folder` send its e-mail by this server, in clear as it is on the same machine."""
        write(replace(
            read(folder), mail_server="127.0.0.1", mail_port=self.port, mail_security="none",
            mail_from="Kestrel Hydraulics <erp@kestrel.example>", public_address="https://erp.kestrel.example",
        ))  # fmt: skip

    def refusal(self, about: str) -> str:
        waiting = self.refusals.get(about, [])
        return waiting.pop(0) if waiting else ""


class _Conversation(socketserver.StreamRequestHandler):
    """One client, command by command."""

    kept: MailServer

    def handle(self) -> None:
        with suppress(OSError):  # a client that hangs up in the middle
            self.talk()

    def talk(self) -> None:
        self.sender, self.user, self.over_tls = "", "", False
        self.recipients: list[str] = []
        self.say(self.kept.refusal("CONNECT") or "220 here")
        while line := self.rfile.readline().decode().strip():
            verb, _space, rest = line.partition(" ")
            if verb.upper() == "QUIT":
                self.say("221 bye")
                return
            refused = self.kept.refusal(verb.upper())
            self.say(refused) if refused else self.do(verb.upper(), rest)

    def finish(self) -> None:
        """Close what TLS has put in the place of the first connection as well."""
        super().finish()
        self.request.close()

    def say(self, answer: str) -> None:
        self.wfile.write(f"{answer}\r\n".encode())

    def do(self, verb: str, rest: str) -> None:
        known: dict[str, Callable[[str], None]] = {
            "EHLO": self.greet, "STARTTLS": self.begin_tls, "AUTH": self.sign_in, "MAIL": self.begin,
            "RCPT": self.add_recipient, "DATA": self.take,
        }  # fmt: skip
        known.get(verb, self.agree)(rest)

    def agree(self, _rest: str) -> None:
        self.say("250 fine")

    def greet(self, _rest: str) -> None:
        offers = ["here"]
        offers += ["STARTTLS"] if self.kept.tls is not None and not self.over_tls else []
        offers += ["AUTH PLAIN"] if self.kept.passwords else []
        for offer in offers[:-1]:
            self.say(f"250-{offer}")
        self.say(f"250 {offers[-1]}")

    def begin_tls(self, _rest: str) -> None:
        if self.kept.tls is None:
            self.say("502 no TLS here")
            return
        self.say("220 go on")
        self.request = self.kept.tls.wrap_socket(
            self.request, server_side=True, do_handshake_on_connect=False
        )
        self.request.do_handshake()
        self.rfile, self.wfile = self.request.makefile("rb"), self.request.makefile("wb", 0)
        self.over_tls = True

    def sign_in(self, rest: str) -> None:
        _none, user, password = base64.b64decode(rest.partition(" ")[2]).decode().split("\0")
        if self.kept.passwords.get(user) != password:
            self.say("535 5.7.8 wrong user or password")
            return
        self.user = user
        self.say("235 welcome")

    def begin(self, rest: str) -> None:
        if self.kept.passwords and not self.user:
            self.say("530 5.7.0 sign in first")
            return
        self.sender, self.recipients = rest.partition("<")[2].partition(">")[0], []
        self.say("250 fine")

    def add_recipient(self, rest: str) -> None:
        address = rest.partition("<")[2].partition(">")[0]
        refused = self.kept.refusal(address)
        if not refused:
            self.recipients.append(address)
        self.say(refused or "250 fine")

    def take(self, _rest: str) -> None:
        self.say("354 go on")
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        self.kept.received.append(
            Received(self.sender, self.recipients, b"".join(lines), self.user, self.over_tls)
        )
        self.say("250 taken")


@contextmanager
def receiving_mail() -> Iterator[MailServer]:
    """A mail server on a free port of the loopback, until the block ends."""
    kept = MailServer()

    class Ours(_Conversation):
        pass

    Ours.kept = kept

    class Server(socketserver.ThreadingTCPServer):
        allow_reuse_address = True
        daemon_threads = True

    with Server(("127.0.0.1", 0), Ours) as server:
        kept.port = server.server_address[1]
        thread = Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield kept
        finally:
            server.shutdown()
            thread.join()
