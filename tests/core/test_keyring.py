"""A ring signs with its newest key and knows what each of its keys signed."""

from __future__ import annotations

import pytest

from core.keyring import Keyring, new_key


def test_the_newest_key_signs_and_the_older_ones_are_known() -> None:
    old, new = new_key(), new_key()
    before, ring = Keyring([old]), Keyring([old, new])

    assert ring.current != before.current
    assert ring.sign(before.current, "text") == before.sign(before.current, "text")
    assert ring.sign(ring.current, "text") != before.sign(before.current, "text")


def test_a_message_in_pieces_has_the_signature_of_the_whole() -> None:
    ring = Keyring.passing()
    signing = ring.signing(ring.current)
    for piece in ("te", "xt"):
        signing.update(piece.encode())

    assert signing.hexdigest() == ring.sign(ring.current, "text")


def test_a_key_of_somebody_else_is_not_at_hand() -> None:
    ring, other = Keyring.passing(), Keyring.passing()

    assert other.current not in ring
    with pytest.raises(KeyError):
        ring.sign(other.current, "text")
