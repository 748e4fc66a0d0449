"""Roles and companies that an identity provider vouches for: recomputed at every sign-in, those by hand apart."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from sqlalchemy import select

from core.security.account import UserCompany, UserRole
from core.security.provider import ClaimedRole, IdentityProvider

if TYPE_CHECKING:
    from core.orm.env import Env


def named(claims: Mapping[str, object], name: str) -> object:
    """The claim called `name`, or what its dots lead to: `realm_access.roles`."""
    found: object = claims
    for part in (name,) if name in claims else name.split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    return found


def groups_in(claims: Mapping[str, object], name: str) -> set[str]:
    """The values of a claim that holds one text or several."""
    found = named(claims, name)
    several = found if isinstance(found, list) else [found]
    return {value for value in several if isinstance(value, str)}


def given_by(provider: IdentityProvider, claims: Mapping[str, object]) -> list[ClaimedRole]:
    """What the groups in `claims` give."""
    groups = groups_in(claims, provider.groups_claim)
    return [row for row in provider.gives if row.value in groups]


def settle(env: Env, user_id: int, source: str = "", given: Iterable[ClaimedRole] = ()) -> None:
    """Make `given`, for which `source` vouches just now, all that the user has other than by hand."""
    rows, declared = list(given), env.site.access.roles
    roles = {row.role for row in rows if row.role and row.role in declared}
    companies = {row.seen_company_id for row in rows if row.seen_company_id is not None}
    _settle_roles(env, user_id, source, roles)
    _settle_companies(env, user_id, source, companies)
    env.flush()


def _settle_roles(env: Env, user_id: int, source: str, wanted: set[str]) -> None:
    held = select(UserRole).where(UserRole.user_id == user_id, UserRole.source != "")
    for row in env.session.scalars(held).all():
        if row.source != source or row.role not in wanted:
            env.delete(row)
        wanted.discard(row.role if row.source == source else "")
    env.add(*(UserRole(user_id=user_id, role=role, source=source) for role in sorted(wanted)))


def _settle_companies(env: Env, user_id: int, source: str, wanted: set[int]) -> None:
    held = select(UserCompany).where(UserCompany.user_id == user_id, UserCompany.source != "")
    for row in env.session.scalars(held).all():
        if row.source != source or row.seen_company_id not in wanted:
            env.delete(row)
        wanted.discard(row.seen_company_id if row.source == source else 0)
    env.add(*(UserCompany(user_id=user_id, seen_company_id=each, source=source) for each in sorted(wanted)))
