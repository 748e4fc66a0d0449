"""From a user to a principal: the roles with all that they imply, the companies, language and zone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import or_, select

from core import clock, config
from core.errors import Forbidden
from core.i18n import _
from core.orm.env import Principal
from core.security.account import User, UserCompany, UserRole
from core.security.session import LoginSession

if TYPE_CHECKING:
    from core.orm.env import Env
    from core.security.role import Role
    from core.security.session import Handle
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
    return _principal(env, user, companies, given, company_id)


def _principal(
    env: Env, user: User, companies: frozenset[int], given: Iterable[str], wanted: int | None
) -> Principal:
    return Principal(
        user_id=user.id, company_id=_company(user, companies, wanted), companies=companies,
        roles=closure(env.site.access.roles, given), person_id=user.person_id, name=user.name,
        locale=user.locale, zone=user.zone,
    )  # fmt: skip


def principals_of_sessions(env: Env, handles: Collection[Handle]) -> dict[Handle, Principal]:
    """Who is behind each of the sessions; those that have ended are left out.

    As somebody who must still choose a password or set up a second factor sees no page, they are left out too. `env` is
    the system's.
    """
    asked = select(LoginSession, User).join(User, User.id == LoginSession.user_id)
    open_ = [
        LoginSession.id.in_({handle.id for handle in handles}),
        User.active,
        User.must_change_password.is_(False),
    ]
    if config.read(env.site.folder).require_second_factor:
        open_.append(or_(User.second_factor, LoginSession.strong))
    found = env.session.execute(asked.where(*open_))
    rows = [(s, u) for s, u in found if s.handle in handles and not s.has_ended(clock.now())]
    users = {user.id for _session, user in rows}
    companies = _gathered(env, UserCompany.user_id, UserCompany.seen_company_id, users)
    roles = _gathered(env, UserRole.user_id, UserRole.role, users)
    principals = {}
    for session, user in rows:
        seen = frozenset(companies[user.id])
        wanted = session.company_id if session.company_id in seen else None
        principals[session.handle] = _principal(env, user, seen, roles[user.id], wanted)
    return principals


def _gathered(
    env: Env, user_id: Any, value: Any, users: Collection[int]
) -> dict[int, list[Any]]:  # Any: columns
    found: dict[int, list[Any]] = defaultdict(list)  # Any: as the column
    for user, each in env.session.execute(select(user_id, value).where(user_id.in_(users))):
        found[user].append(each)
    return found


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
