"""Signatures of webhooks are those of the Standard Webhooks specification."""

from __future__ import annotations

import base64

from core.events.signature import new_secret, signed

#: The example of the specification's own libraries.
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
ID, AT, BODY = "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}'


def test_the_published_example_is_signed_as_published() -> None:
    headers = signed([SECRET], ID, AT, BODY)

    assert headers == {
        "webhook-id": ID,
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }


def test_while_a_secret_is_exchanged_both_sign() -> None:
    other = new_secret()

    both = signed([other, SECRET], ID, AT, BODY)["webhook-signature"].split(" ")

    assert len(both) == 2
    assert both[1] == signed([SECRET], ID, AT, BODY)["webhook-signature"]


def test_a_secret_has_256_bits() -> None:
    assert len(base64.b64decode(new_secret().removeprefix("whsec_"))) == 32
