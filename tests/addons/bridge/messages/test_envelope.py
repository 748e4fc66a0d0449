"""Envelopes: what is sealed is read as it was, once and in order."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given

from addons.bridge.messages import plain
from addons.bridge.messages.envelope import (
    Damaged,
    Envelope,
    Sender,
    UnknownVersion,
    digest,
    document,
    from_document,
    from_json,
    new_id,
    sealed,
    to_json,
)
from addons.bridge.messages.message import ConfirmBOD
from addons.bridge.messages.noun import ActionCode, one_line
from core import FormatError
from tests.addons.bridge.messages.strategies import envelopes

AT = datetime(2026, 3, 2, 6, 30, tzinfo=UTC)


def confirmation() -> Envelope:
    payload = ConfirmBOD("0190-a", AT, ActionCode.ACCEPTED, "Posted")
    return sealed(Envelope("0190-b", Sender("alden", "ERP"), AT, "use:OM-1", 7, payload, "0190-a"))


@given(envelopes)
def test_every_message_is_the_same_after_json(envelope: Envelope) -> None:
    sent = to_json(envelope)

    read = from_json(sent)

    assert (read, to_json(read)) == (envelope, sent)


def test_a_message_names_what_the_envelope_of_a_bod_names() -> None:
    told = document(confirmation())

    assert told == {
        "message_id": "0190-b",
        "sender": {
            "logical_id": "alden", "component_id": "ERP", "reference_id": "0190-a", "confirmation_code": "Always",
        },
        "creation_datetime": "2026-03-02T06:30:00Z", "verb": "Confirm", "noun": "BOD", "schema_version": "1.0",
        "correlation_id": "0190-a", "ordering_key": "use:OM-1", "sequence": 7,
        "payload": {
            "message_id": "0190-a", "sent_at": "2026-03-02T06:30:00Z", "action": "Accepted", "reason": "Posted",
        },
        "payload_sha256": told["payload_sha256"],
    }  # fmt: skip


def test_a_payload_that_was_changed_on_the_way_is_refused() -> None:
    told = document(confirmation())
    told["payload"]["action"] = "Rejected"

    with pytest.raises(Damaged):
        from_document(told)


def test_what_a_newer_minor_version_adds_is_ignored_anywhere() -> None:
    told = document(confirmation())
    told["payload"]["promised_at"] = {"deep": [1, 2.5, None]}
    told |= {"schema_version": "1.9", "priority": 3, "payload_sha256": digest(told["payload"])}

    read = from_document(told)

    assert (read.payload, read.schema_version) == (confirmation().payload, "1.9")


@pytest.mark.parametrize("version", ["2.0", "0.9", "", "10"])
def test_an_unknown_major_version_is_refused(version: str) -> None:
    with pytest.raises(UnknownVersion):
        from_document(document(confirmation()) | {"schema_version": version})


@pytest.mark.parametrize(
    "wrong",
    [
        {"verb": "Drop"}, {"sequence": "7"}, {"sequence": True}, {"sender": "alden"}, {"creation_datetime": "now"},
        {"creation_datetime": "2026-03-02T06:30:00"}, {"message_id": "two\nlines"}, {"payload": None},
    ],
)  # fmt: skip
def test_a_head_that_says_something_else_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(FormatError):
        from_document(document(confirmation()) | wrong)


@pytest.mark.parametrize("content", [b"", b"[]", b"{", b"nul", b"\xff", b"[" * 100_000, b'{"payload": NaN}'])
def test_what_is_no_message_is_refused(content: bytes) -> None:
    with pytest.raises(FormatError):
        from_json(content)


@pytest.mark.parametrize("name", ["message_id", "sender", "sequence", "payload", "payload_sha256"])
def test_nothing_that_is_needed_may_be_missing(name: str) -> None:
    told = document(confirmation())
    del told[name]

    with pytest.raises(FormatError):
        from_document(told)


def test_later_ids_sort_after_earlier_ones() -> None:
    earlier, later = new_id(AT), new_id(AT.replace(hour=7))

    assert earlier < later
    assert (earlier[14], earlier[19] in "89ab") == ("7", True)


def test_canonical_json_has_its_keys_in_order_and_no_spaces() -> None:
    assert plain.canonical({"b": [1, "ü"], "a": None}) == '{"a":null,"b":[1,"ü"]}'.encode()


def test_a_digest_tells_of_every_value() -> None:
    assert json.loads(to_json(confirmation()))["payload_sha256"] != digest({})


@pytest.mark.parametrize(("given", "kept"), [(" a\t\nb ", "a b"), ("\x00", ""), ("Größe 2", "Größe 2")])
def test_a_text_becomes_one_line(given: str, kept: str) -> None:
    assert one_line(given) == kept
