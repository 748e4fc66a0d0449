"""Settings: declared with a type where they are used, chosen for the site, a company or a user.

The value that holds is the nearest: the user's, else the company's, else the site's, else the declared default.
A secret is no setting: it comes from the environment or the key file alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

from sqlalchemy import or_, select

from core.base.models.record import Setting
from core.errors import NotFound, ValidationError
from core.i18n import Text, _
from core.orm.types import Choice, is_web_address

if TYPE_CHECKING:
    from core.orm.env import Env

T = TypeVar("T", bool, int, str, Decimal, date, Choice)


class Level(StrEnum):
    """For whom a value is chosen, the furthest first."""

    SITE = "site"
    COMPANY = "company"
    USER = "user"


@dataclass(frozen=True, eq=False)
class Declared(Generic[T]):
    """A setting as the code declares it."""

    name: str
    label: Text
    default: T
    levels: tuple[Level, ...]
    help: Text | None
    minimum: int | Decimal | None
    maximum: int | Decimal | None
    #: A text that is empty or begins with https:// or http://.
    web_address: bool = False

    @property
    def kind(self) -> type:
        """bool, int, str, Decimal, date, or the Choice whose members may be chosen."""
        return type(self.default)

    @property
    def choices(self) -> list[Choice]:
        """The members that may be chosen; empty for a free value."""
        return list(self.kind) if issubclass(self.kind, Choice) else []

    def typed(self, raw: object) -> T:
        """`raw`, from JSON or a form, as a value of the setting; raises ValidationError."""
        try:
            value = cast("T", _READERS.get(self.kind, self.kind)(raw))
        except (ValueError, TypeError, KeyError, InvalidOperation) as error:
            raise ValidationError(
                {self.name: _("{value} is no value of {label}.", value=raw, label=self.label)}
            ) from error
        self._check_bounds(value)
        if self.web_address and value and not is_web_address(str(value)):
            raise ValidationError(
                {self.name: _("{field} begins with https:// or http://.", field=self.label)}
            )
        return value

    def _check_bounds(self, value: object) -> None:
        if isinstance(value, int | Decimal) and not isinstance(value, bool):
            low = self.minimum is not None and value < self.minimum
            if low or (self.maximum is not None and value > self.maximum):
                shown = {"label": self.label, "minimum": self.minimum, "maximum": self.maximum}
                raise ValidationError(
                    {self.name: _("{label} lies between {minimum} and {maximum}.", **shown)}
                )


def setting(
    name: str,
    label: Text,
    default: T,
    *,
    levels: tuple[Level, ...] = (Level.SITE, Level.COMPANY),
    help: Text | None = None,
    minimum: int | Decimal | None = None,
    maximum: int | Decimal | None = None,
    web_address: bool = False,
) -> Declared[T]:
    """Declare the setting `name`, which begins with its addon's name: `erp_supply.over_receipt_percent`."""
    made = Declared(name, label, default, levels, help, minimum, maximum, web_address)
    _declared[name] = made
    return made


def declared() -> Iterator[Declared[Any]]:  # Any: of each kind
    """Every setting of the loaded addons by name, for the pages that show them."""
    yield from (_declared[name] for name in sorted(_declared))


def declared_as(name: str) -> Declared[Any]:  # Any: of its kind
    """The setting called `name`; raises NotFound."""
    if name not in _declared:
        raise NotFound(_("There is no setting {name}.", name=name))
    return _declared[name]


def value(env: Env, asked: Declared[T]) -> T:
    """The value that holds for the person in the company they work in."""
    found = (chosen_at(env, asked, level) for level in (Level.USER, Level.COMPANY, Level.SITE))
    return next((each for each in found if each is not None), asked.default)


def chosen_at(env: Env, asked: Declared[T], level: Level) -> T | None:
    """What was chosen at that level; None when nothing was, or what an upgrade has made unfit since."""
    raw = _chosen(env).get((asked.name, level))
    try:
        return None if raw is None else asked.typed(raw)
    except ValidationError:
        return None


def choose(env: Env, asked: Declared[T], chosen: object, level: Level) -> None:
    """Keep a value: for the site or a company by who may write settings, for oneself by everybody.

    `chosen` of None removes what was chosen at that level.
    """
    if level not in asked.levels:
        raise ValidationError(
            {asked.name: _("{label} cannot be chosen for a {level}.", label=asked.label, level=level)}
        )
    kept = None if chosen is None else {"value": _plain(asked.typed(chosen))}
    if level is Level.USER:
        with env.acting_as("base"):
            _keep(env, asked, kept, level)
    else:
        _keep(env, asked, kept, level)
    env.session.info.pop(_CACHE, None)


def _keep(
    env: Env, asked: Declared[Any], kept: dict[str, object] | None, level: Level
) -> None:  # Any: of its kind
    company = env.company_id if level is Level.COMPANY else None
    user = env.user_id if level is Level.USER else None
    row = env.session.scalar(
        select(Setting).where(
            Setting.name == asked.name, Setting.company_id.is_(company) if company is None
            else Setting.company_id == company, Setting.user_id.is_(None) if user is None
            else Setting.user_id == user,
        )
    )  # fmt: skip
    if kept is None:
        if row is not None:
            env.delete(row)
    elif row is not None:
        row.value = kept
    else:
        env.add(Setting(name=asked.name, company_id=company, user_id=user, value=kept))
    env.flush()


def _chosen(env: Env) -> dict[tuple[str, Level], object]:
    """All that was chosen for the site, the company and the person: read once in a transaction."""
    if _CACHE not in env.session.info:
        rows = env.session.execute(
            select(Setting.name, Setting.company_id, Setting.user_id, Setting.value).where(
                or_(Setting.company_id.is_(None), Setting.company_id == env.company_id),
                or_(Setting.user_id.is_(None), Setting.user_id == env.user_id),
            )
        )
        env.session.info[_CACHE] = {
            (name, _level(company, user)): kept["value"] for name, company, user, kept in rows
        }
    found: dict[tuple[str, Level], object] = env.session.info[_CACHE]
    return found


def _level(company: int | None, user: int | None) -> Level:
    if user is not None:
        return Level.USER
    return Level.SITE if company is None else Level.COMPANY


def _plain(chosen: object) -> object:
    """The value in JSON's types."""
    return chosen if isinstance(chosen, bool | int) else str(chosen)


def _read_bool(raw: object) -> bool:
    return raw if isinstance(raw, bool) else {"true": True, "on": True, "false": False, "": False}[str(raw)]


def _read_number(raw: object) -> Decimal:
    number = Decimal(str(raw))
    if not number.is_finite():
        raise ValueError(raw)
    return number


_READERS: dict[type, Callable[[Any], object]] = {  # Any: JSON or text
    bool: _read_bool,
    Decimal: _read_number,
    date: lambda raw: raw if isinstance(raw, date) else date.fromisoformat(str(raw)),
}
_CACHE = "base.settings"
_declared: dict[str, Declared[Any]] = {}  # Any: of each kind
