"""Excessive calls of pages are held back: by who is signed in, else by the address."""

from __future__ import annotations

from flask import g, request

from core.security.calls import Caller, TooManyCalls
from core.web.request import NOBODY, is_guarded, visitor, web


def take() -> None:
    """Before a page: count it; what is refused is answered as to a stranger, which asks the database nothing more."""
    if not is_guarded():
        return
    who = visitor()
    try:
        if who.is_signed_in:
            web().calls.take(Caller.USER, who.principal.user_id or 0)
        else:
            take_of_stranger()
    except TooManyCalls:
        g.caller, g.visitor = who.principal, NOBODY
        raise


def take_of_stranger() -> None:
    """Count a call of somebody who has not proved who they are."""
    web().calls.take_of_stranger(request.remote_addr)
