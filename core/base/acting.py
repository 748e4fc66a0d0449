"""Acting for a named person: what an administrator sets up runs with that person's rights in one company."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from core.errors import Forbidden, PlatformError, ValidationError
from core.i18n import _
from core.security.principal import principal_of

if TYPE_CHECKING:
    from core.orm.env import Env, Principal


def principal_for(env: Env, user_id: int, company_id: int) -> Principal:
    """The person as they are now, in that company alone; raises Forbidden for who may not act there any more."""
    with env.as_system() as system:
        found = principal_of(system, user_id, company_id)
    return replace(found, companies=frozenset({company_id}))


@contextmanager
def acting_for(env: Env, user_id: int, company_id: int) -> Iterator[Env]:
    """An env of that person on the same transaction."""
    with env.on_behalf_of(principal_for(env, user_id, company_id)) as person:
        yield person


def require_no_more(env: Env, user_id: int, company_id: int) -> None:
    """Raise unless whoever sets something up may themselves do all that the person may in whose name it runs.

    A token with narrower scopes would come by more than it was given, so that it sets up nothing.
    """
    if env.principal.is_system:
        return
    if env.principal.allowed is not None and "*:*" not in env.principal.allowed:
        raise Forbidden(_("This token may do less than what runs as a person: set it up with one for *:*."))
    try:
        named = principal_for(env, user_id, company_id)
    except PlatformError as error:
        raise ValidationError({"runs_as_id": error.message}) from error
    more = named.roles - env.principal.roles
    if more:
        roles = env.site.access.roles
        labels = ", ".join(sorted(str(roles[name].label) for name in more))
        raise ValidationError(
            {"runs_as_id": _("{person} may do more than you: {roles}. Name somebody else, or have them set it up.",
                             person=named.name, roles=labels)}
        )  # fmt: skip
