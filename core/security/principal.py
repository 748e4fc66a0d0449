"""From a user to a principal: the roles with all that they imply, the companies, language and zone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from sqlalchemy import select

from core.errors import Forbidden
from core.i18n import _
from core.orm.env import Principal
from core.security.account import User, UserCompany, UserRole

if TYPE_CHECKING:
    from core.orm.env import Env
    from core.security.role import Role
    from core.security.token import ApiToken


def principal_of(env: Env, user_id: int, company_id: int | None = None) -> Principal:
    """The principal of an active user, working in `company_id` or in their home company. `env` is the system's.

    Raises Forbidden for a user who is not active, and for a company that they may not see.
    """
    user = env.session.get(User, user_id)
    if user is None or not user.active:
        raise Forbidden(_("This user cannot sign in. An administrator can make the user active."))
    companies = frozenset(
        env.session.scalars(select(UserCompany.seen_company_id).where(UserCompany.user_id == user_id))
    )
    given = env.session.scalars(select(UserRole.role).where(UserRole.user_id == user_id))
    return Principal(
        user_id=user.id, company_id=_company(user, companies, company_id), companies=companies,
        roles=closure(env.site.access.roles, given), person_id=user.person_id, name=user.name,
        locale=user.locale, zone=user.zone,
    )  # fmt: skip


def limited(principal: Principal, token: ApiToken) -> Principal:
    """`principal` as another system acts with one of their tokens: what its scopes name, and no more."""
    return replace(principal, allowed=frozenset(token.scopes))


def closure(declared: Mapping[str, Role], given: Iterable[str]) -> frozenset[str]:
    """The names of the given roles that are still declared, of those they imply, and of everybody's."""
    chosen = set(given)
    names = (r.closure() for r in declared.values() if r.name in chosen or r.everybody)
    return frozenset().union(*names)


def _company(user: User, companies: frozenset[int], wanted: int | None) -> int | None:
    if wanted is not None:
        if wanted not in companies:
            raise Forbidden(_("You may not work in this company. An administrator can add it to your user."))
        return wanted
    if user.home_company_id in companies:
        return user.home_company_id
    return min(companies, default=None)
