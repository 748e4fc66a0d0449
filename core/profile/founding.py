"""The companies that a profile names: made where they are not there, and their basics kept as it says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from sqlalchemy import Connection, select

from core.base.models.company import Company
from core.base.models.money import Currency
from core.errors import ValidationError
from core.i18n import _
from core.orm.env import Env
from core.orm.plan import table_of
from core.profile.change import Change, Verb
from core.profile.document import SETTINGS, Profile, Values

#: The basics of a company; its currency by its code.
BASICS = ("name", "currency", "country", "vat_id", "locale", "zone", "active")
#: Without these none can be made.
_NEEDED = ("name", "currency", "country")
_company, _currency = table_of(Company).c, table_of(Currency).c


def differences(connection: Connection, profile: Profile) -> Iterator[Change]:
    """The companies that are not there, and the basics that are others; raises BadProfile."""
    known = basics(connection)
    currencies = set(connection.execute(select(_currency.code)).scalars())
    for code, table in profile.companies.items():
        now, wanted = known.get(code), table.basics
        _require_sense(profile, code, wanted, now, currencies)
        if now is None:
            yield Change(Verb.CREATE, ("companies", code), None, dict(wanted), partial(_make, code, wanted))
            continue
        for name, value in wanted.items():
            if now[name] != value:
                does = partial(_set, code, {name: value})
                yield Change(Verb.SET, ("companies", code, name), now[name], value, does)


def basics(connection: Connection) -> Mapping[str, Mapping[str, Any]]:  # Any: texts and a boolean
    """The basics of each company by its code."""
    columns = [_currency.code.label("currency") if name == "currency" else _company[name] for name in BASICS]
    asked = select(_company.code, *columns).join_from(
        table_of(Company), table_of(Currency), _currency.id == _company.currency_id
    )
    return {row["code"]: {name: row[name] for name in BASICS} for row in connection.execute(asked).mappings()}


def _require_sense(
    profile: Profile, code: str, wanted: Values, now: Values | None, currencies: set[str]
) -> None:
    path = ("companies", code)
    for name, value in wanted.items():
        if name not in BASICS:
            raise profile.refused((*path, name), _("There is no such key. A company has: {known}.",
                                                   known=", ".join((*BASICS, SETTINGS))))  # fmt: skip
        if not isinstance(value, bool if name == "active" else str):
            raise profile.refused((*path, name), _("{value} is of the wrong type.", value=value))
    lacking = [name for name in _NEEDED if name not in wanted] if now is None else []
    if lacking:
        raise profile.refused(path, _("The company is not there yet. To be made it needs: {names}.",
                                      names=", ".join(lacking)))  # fmt: skip
    if wanted.get("currency", "") not in {"", *currencies}:
        raise profile.refused((*path, "currency"), _("There is no currency {code}.", code=wanted["currency"]))
    _check(profile, path, {**(now or {}), **wanted})


def _check(profile: Profile, path: tuple[str, ...], whole: Values) -> None:
    """Have a company of these values, which is never added, say what is wrong with them."""
    try:
        Company(**{name: value for name, value in whole.items() if name != "currency"}).check()
    except ValidationError as error:
        name, problem = next(iter(error.fields.items()))
        raise profile.refused((*path, name), problem) from error


def _make(code: str, values: Values, env: Env) -> None:
    made = Company(code=code)
    _give(made, values, env)
    env.add(made)
    env.flush()


def _set(code: str, values: Values, env: Env) -> None:
    _give(env.session.scalars(select(Company).where(Company.code == code)).one(), values, env)
    env.flush()


def _give(company: Company, values: Values, env: Env) -> None:
    for name, value in values.items():
        if name == "currency":
            asked = select(Currency.id).where(Currency.code == value)
            company.currency_id = env.session.scalars(asked).one()
        else:
            setattr(company, name, value)
