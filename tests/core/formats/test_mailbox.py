"""Mailboxes: what people write is read, and nothing else gets into an envelope or a header."""

from __future__ import annotations

import pytest

from core.formats.mailbox import Mailbox, mailbox, mailboxes


def test_addresses_are_read_with_and_without_names_each_once() -> None:
    found, wrong = mailboxes(
        'maren@example.com; "Lindqvist, Tove" <tove@example.com>,\nJonas Weber <jonas@sub.example.com>, '
        "MAREN@example.com"
    )

    assert wrong == []
    assert found == [
        Mailbox("maren@example.com"),
        Mailbox("tove@example.com", "Lindqvist, Tove"),
        Mailbox("jonas@sub.example.com", "Jonas Weber"),
    ]
    assert str(found[1]) == '"Lindqvist, Tove" <tove@example.com>'


def test_a_domain_of_other_signs_is_written_as_the_dns_has_it() -> None:
    assert mailbox("einkauf@müller.example") == Mailbox("einkauf@xn--mller-kva.example")


@pytest.mark.parametrize(
    "text",
    [
        "", "maren", "maren@", "@example.com", "a b@example.com", "a..b@example.com", ".a@example.com",
        "a@-example.com", "a@exa_mple.com", "a@example..com", "a@example.com\r\nBcc: b@example.com",
        "A\nB <a@example.com>", "<a@example.com> <b@example.com>", "a@b@example.com", "x" * 65 + "@example.com",
        "a@" + "b" * 64 + ".com", "ärger@example.com", "a@example.com>\r\nRCPT TO:<b@example.com",
    ],
)  # fmt: skip
def test_what_is_no_address_is_none(text: str) -> None:
    assert mailbox(text) is None
