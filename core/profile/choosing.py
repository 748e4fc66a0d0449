"""The settings that a profile names, for the site and for companies: what was chosen, and what is to be."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, select

from core.base import settings as declarations
from core.base.models.company import Company
from core.base.models.record import Setting
from core.base.settings import Declared, Level
from core.errors import NotFound, ValidationError
from core.i18n import _
from core.orm.env import SYSTEM, Env
from core.orm.plan import table_of
from core.orm.types import Choice
from core.profile.change import Change, Verb
from core.profile.document import SETTINGS, Profile, Values

_chosen, _companies = table_of(Setting).c, table_of(Company).c


@dataclass(frozen=True)
class Wanted:
    """A setting with the value that it is to have for the site, or for the company of that code."""

    asked: Declared[Any]  # Any: of its kind
    value: Any  # Any: as above
    company: str
    path: tuple[str, ...]

    @property
    def level(self) -> Level:
        return Level.COMPANY if self.company else Level.SITE

    def choose(self, env: Env) -> None:
        """Keep the value; `env` is the system's."""
        if not self.company:
            declarations.choose(env, self.asked, self.value, Level.SITE)
            return
        company_id = env.session.scalars(select(Company.id).where(Company.code == self.company)).one()
        with env.on_behalf_of(replace(SYSTEM, company_id=company_id)) as theirs:
            declarations.choose(theirs, self.asked, self.value, Level.COMPANY)


def wanted(profile: Profile, addons: Collection[str]) -> list[Wanted]:
    """The settings that the profile names, each of one of the loaded `addons`; raises BadProfile."""
    found = [_wanted(profile, addons, ("settings",), name, "") for name in profile.settings]
    for code, company in profile.companies.items():
        path = ("companies", code, SETTINGS)
        found += [_wanted(profile, addons, path, name, code) for name in company.settings]
    return found


def differences(connection: Connection, asked: list[Wanted]) -> Iterator[Change]:
    """Those that have another value, or none that was chosen."""
    chosen = chosen_values(connection)
    for each in asked:
        kept = chosen.get((each.asked.name, each.company))
        now = None if kept is None else each.asked.typed(kept)
        if now != each.value:
            yield Change(Verb.SET, each.path, now, each.value, each.choose)


def chosen_values(connection: Connection) -> Mapping[tuple[str, str], object]:
    """What was chosen, by the setting's name and the company's code, "" for the site."""
    rows = connection.execute(
        select(_chosen.name, _companies.code, _chosen.value)
        .outerjoin_from(table_of(Setting), table_of(Company), _companies.id == _chosen.company_id)
        .where(_chosen.user_id.is_(None))
    )
    return {(name, code or ""): kept["value"] for name, code, kept in rows}


def _wanted(
    profile: Profile, addons: Collection[str], path: tuple[str, ...], name: str, company: str
) -> Wanted:
    values: Values = profile.companies[company].settings if company else profile.settings
    raw, path = values[name], (*path, *name.split("."))
    asked = _declared(profile, addons, path, name)
    level = Level.COMPANY if company else Level.SITE
    if level not in asked.levels:
        raise profile.refused(path, _("It cannot be chosen for a {level}, but for: {levels}.", level=level,
                                      levels=", ".join(asked.levels)))  # fmt: skip
    if not _fits(asked.kind, raw):
        raise profile.refused(path, _("{value} is no value of {label}.", value=raw, label=asked.label))
    try:
        return Wanted(asked, asked.typed(raw), company, path)
    except ValidationError as error:
        raise profile.refused(path, error) from error


def _declared(
    profile: Profile, addons: Collection[str], path: tuple[str, ...], name: str
) -> Declared[Any]:  # Any: of its kind
    try:
        asked = declarations.declared_as(name)
    except NotFound as error:
        raise profile.refused(path, error) from error
    if not name.startswith(tuple(f"{addon}." for addon in addons)):
        raise profile.refused(path, _("Its addon is not in use, nor is it to be. Name it under [addons]."))
    return asked


def _fits(kind: type, raw: object) -> bool:
    """Whether a value of TOML is of the kind: an exact number may be written as any, a day as text as well."""
    if isinstance(raw, bool) or kind is bool:
        return isinstance(raw, bool) and kind is bool
    if issubclass(kind, Choice | str):
        return isinstance(raw, str)
    if issubclass(kind, date):
        return isinstance(raw, date | str) and not isinstance(raw, datetime)
    return isinstance(raw, int) or (issubclass(kind, Decimal) and isinstance(raw, Decimal))
