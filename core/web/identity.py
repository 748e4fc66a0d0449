"""Who sends a request: the session's cookie to a person with roles and companies, in one statement."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

from flask import g, request
from sqlalchemy import Row, String, bindparam, cast, exists, func, or_, select, update

from core import clock, i18n
from core.base import Activity, ActivityState, Company, Mention
from core.base import Site as Plant
from core.base.models.following import Notification
from core.events.stream import Event
from core.orm.env import SYSTEM, Principal, open_env
from core.security.account import User, UserCompany, UserRole
from core.security.principal import closure
from core.security.session import SEEN_EVERY, LoginSession, hashed
from core.views.layout import stamp_of
from core.web.csrf import session_cookie
from core.web.request import NOBODY, Visitor, is_guarded, is_unattended, leave, rules, site, views

#: Between names in the text that a subquery gathers; no role's name holds it.
BETWEEN = ","


def identify() -> None:
    """Before each request: find the person and speak their language."""
    token = request.cookies.get(session_cookie(), "") if is_guarded() else ""
    g.visitor = _visitor(token) if token else NOBODY
    i18n.set_locale(g.visitor.principal.locale if g.visitor.is_signed_in else preferred_locale())


def preferred_locale() -> str:
    """What the browser asks for, among the languages there are."""
    return request.accept_languages.best_match(i18n.languages()) or i18n.SOURCE_LANGUAGE


def _visitor(token: str) -> Visitor:
    with open_env(site()) as system:
        given = {"token": hashed(token), "today": clock.today()}
        row = system.session.execute(_statement(), given).one_or_none()
        now = clock.now()
        if row is None or row.LoginSession.has_ended(now):
            return NOBODY
        views().layouts.refresh(system, row.layouts)
        found, session_id, seen_at = _from_row(row, token), row.LoginSession.id, row.LoginSession.seen_at
    if now - seen_at > SEEN_EVERY and not is_unattended():
        _note_seen(session_id)
    return found


@cache
def _statement() -> Any:  # Any: a select of many columns
    """Made once, since it is asked for by every request."""
    roles = select(func.aggregate_strings(UserRole.role, BETWEEN)).where(UserRole.user_id == User.id)
    company = cast(Company.id, String).concat(":").concat(Company.name)
    companies = (
        select(func.aggregate_strings(company, "\n"))
        .join(UserCompany, UserCompany.seen_company_id == Company.id)
        .where(UserCompany.user_id == User.id)
    )
    plant = cast(Plant.company_id, String).concat(":").concat(Plant.name)
    plants = select(func.aggregate_strings(plant, "\n")).where(
        Plant.active,
        exists().where(UserCompany.seen_company_id == Plant.company_id, UserCompany.user_id == User.id),
    )
    return (
        select(
            LoginSession, User.id, User.login, User.name, User.locale, User.zone, User.person_id,
            User.home_company_id, User.preferences, User.must_change_password, User.second_factor,
            roles.scalar_subquery().label("roles"), companies.scalar_subquery().label("companies"),
            plants.scalar_subquery().label("plants"),
            (_due().scalar_subquery() + _unseen(Mention) + _unseen(Notification)).label("waiting"),
            select(func.max(Event.id)).scalar_subquery().label("position"),
            stamp_of().label("layouts"),
        )
        .join(User, User.id == LoginSession.user_id)
        .where(LoginSession.token_hash == bindparam("token"), User.active)
    )  # fmt: skip


def _due() -> Any:  # Any: a select of a number
    return select(func.count()).where(
        Activity.assignee_id == User.id, Activity.state == ActivityState.OPEN,
        or_(Activity.due_on.is_(None), Activity.due_on <= bindparam("today")),
    ).correlate(User)  # fmt: skip


def _unseen(told: type[Mention | Notification]) -> Any:  # Any: a number
    found = select(func.count()).where(told.user_id == User.id, told.seen_at.is_(None))
    return found.correlate(User).scalar_subquery()


def _from_row(row: Row[Any], token: str) -> Visitor:  # Any: columns of many types
    companies = dict(_named(row.companies))
    plants: dict[int, list[str]] = {}
    for company_id, name in _named(row.plants):
        plants.setdefault(company_id, []).append(name)
    chosen = row.LoginSession.company_id or row.home_company_id
    principal = Principal(
        row.id, chosen if chosen in companies else min(companies, default=None), frozenset(companies),
        closure(rules().roles, (row.roles or "").split(BETWEEN)), row.person_id, row.name, row.locale, row.zone,
    )  # fmt: skip
    return Visitor(
        principal,
        token,
        row.LoginSession.handle,
        row.login,
        row.preferences or {},
        row.must_change_password,
        row.second_factor or row.LoginSession.strong,
        row.waiting,
        companies,
        plants,
        row.position or 0,
    )


def _named(gathered: str | None) -> Iterator[tuple[int, str]]:
    """The ids and names that a subquery gathered."""
    for entry in (gathered or "").splitlines():
        company_id, name = entry.split(":", 1)
        yield int(company_id), name


def _note_seen(session_id: int) -> None:
    """At most once a minute, so that reading pages stay reading transactions."""
    seen = update(LoginSession).where(LoginSession.id == session_id).values(seen_at=clock.now())
    leave(lambda system: system.session.execute(seen), SYSTEM)
