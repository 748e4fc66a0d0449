"""What the bridge listens to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sqlalchemy import select

from addons.bridge.models import Partner
from core import ValidationError, calling, hookimpl, is_confidential

if TYPE_CHECKING:
    from click import Command

    from core import Env, Model

#: RFC 2606: nobody is there.
_NOWHERE = "https://partner.invalid/"


@hookimpl
def records_created(env: Env, model: type[Model], ids: Sequence[int]) -> None:
    """Refuse a partner whose server this site may not call."""
    if model is Partner:
        _check(env, ids)


@hookimpl
def records_changed(env: Env, model: type[Model], ids: Sequence[int], fields: frozenset[str]) -> None:
    """As of a new one, where the address is another."""
    if model is Partner and "url" in fields:
        _check(env, ids)


@hookimpl
def collect_peers(env: Env) -> Sequence[calling.Peer]:
    """The partners' servers."""
    urls = env.session.scalars(select(Partner.url).where(Partner.active))
    return [calling.Peer(url, is_confidential(url)) for url in urls]


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


def _check(env: Env, ids: Sequence[int]) -> None:
    with env.as_system() as system:
        for url in system.session.scalars(select(Partner.url).where(Partner.id.in_(ids))):
            problem = calling.peer_problem(env.site.folder, url)
            if problem is not None:
                raise ValidationError({"url": problem})
