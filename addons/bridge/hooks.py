"""What the bridge listens to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sqlalchemy import select

from addons.bridge.models import Partner
from core import hookimpl

if TYPE_CHECKING:
    from click import Command

    from core import Env

#: RFC 2606: nobody is there.
_NOWHERE = "https://partner.invalid/"


@hookimpl
def site_cloned(env: Env) -> None:
    """Have no partner any more: a copy must not tell the plant's other server anything."""
    for partner in env.session.scalars(select(Partner)):
        partner.active, partner.url = False, _NOWHERE
    env.flush()


@hookimpl
def collect_commands() -> Sequence[Command]:
    """`dovetail bridge status` and `dovetail bridge reconcile`."""
    from addons.bridge.command import group  # noqa: PLC0415 -- no business of the server

    return [group]
