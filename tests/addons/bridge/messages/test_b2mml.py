"""B2MML: what is written says what was meant, and is read so."""

from __future__ import annotations

import pytest
from hypothesis import given

from addons.bridge.messages.b2mml import from_xml, to_xml
from addons.bridge.messages.envelope import Envelope, UnknownVersion
from core import FormatError
from tests.addons.bridge.messages.strategies import envelopes
from tests.addons.bridge.messages.test_envelope import confirmation


@given(envelopes)
def test_every_message_is_the_same_after_xml(envelope: Envelope) -> None:
    assert from_xml(to_xml(envelope)) == envelope


def test_elements_that_nobody_knows_are_ignored() -> None:
    told = to_xml(confirmation()).replace(b"<BOD>", b"<BOD><Weather>rain</Weather>")

    assert from_xml(told) == confirmation()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"ConfirmBOD", b"CancelBOD"), (b"B2MML", b"B2NML"), (b"Accepted", b"Perhaps"), (b"<BODID", b"<BIDID"),
        (b">7<", b">seven<"), (b"06:30:00Z</Creation", b"half past six</Creation"),
    ],
)  # fmt: skip
def test_a_document_that_says_something_else_is_refused(before: bytes, after: bytes) -> None:
    told = to_xml(confirmation())
    assert before in told

    with pytest.raises(FormatError):
        from_xml(told.replace(before, after))


def test_an_unknown_major_version_is_refused() -> None:
    told = to_xml(confirmation()).replace(b'schemeVersionID="1.0"', b'schemeVersionID="2.0"')

    with pytest.raises(UnknownVersion):
        from_xml(told)


def test_a_document_type_is_refused() -> None:
    told = to_xml(confirmation()).replace(b"?>", b'?><!DOCTYPE x [<!ENTITY a "b">]>', 1)

    with pytest.raises(FormatError):
        from_xml(told)
