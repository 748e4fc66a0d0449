"""A profile as it is written: its tables and their shape. What its names mean depends on the addons."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from decimal import Decimal
from pathlib import Path
from typing import Any

from packaging.specifiers import InvalidSpecifier, SpecifierSet

from core.config import Settings
from core.errors import UserError
from core.i18n import Text, _
from core.profile.position import line_of
from core.profile.secrecy import secrets_in

TABLES = ("addons", "settings", "companies", "seeds")
#: What may be said of a shipped row instead of values.
SHIPPED, KEPT = "shipped", "kept"
#: The table of a company in which its settings are.
SETTINGS = "settings"

Values = Mapping[str, object]


class BadProfile(UserError):
    """A profile that cannot be read, or asks for what this site cannot be."""

    code = "profile"


@dataclass(frozen=True)
class CompanyTable:
    """A company as the profile says it: its basics by field, and the settings that it chooses by name."""

    basics: Values
    settings: Values


@dataclass(frozen=True)
class Profile:
    """What a site is to be. What it does not name stays as it is."""

    file: Path
    text: str
    #: The versions that an addon may have; None where it is to be out of use.
    addons: Mapping[str, SpecifierSet | None] = field(default_factory=dict)
    settings: Values = field(default_factory=dict)
    companies: Mapping[str, CompanyTable] = field(default_factory=dict)
    #: Values by field, SHIPPED or KEPT, by the row's model and key.
    seeds: Mapping[tuple[str, str], Values | str] = field(default_factory=dict)

    def refused(self, path: tuple[str, ...], problem: object) -> BadProfile:
        """The error that says what is wrong with the key at `path`, and in which line it is."""
        line, key = line_of(self.text, path), ".".join(path)
        if line is None:
            return BadProfile(_("{file}: {key}: {problem}", file=self.file, key=key, problem=problem))
        return BadProfile(
            _("{file}, line {line}: {key}: {problem}", file=self.file, line=line, key=key, problem=problem)
        )


def read(file: Path) -> Profile:
    """The profile in `file`; raises BadProfile, with the key and its line."""
    try:
        text = file.read_text(encoding="utf-8")
        # Numbers stay exact, as people wrote them.
        said = tomllib.loads(text, parse_float=Decimal)
    except OSError as error:
        raise BadProfile(_("{file} cannot be read: {why}", file=file, why=error.strerror)) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadProfile(_("{file} is not valid TOML: {error}", file=file, error=error)) from error
    bare = Profile(file, text)
    _require_tables(bare, said)
    return Profile(
        file, text, _addons(bare, said.get("addons", {})), leaves(bare, said.get("settings", {}), ("settings",)),
        _companies(bare, said.get("companies", {})), _seeds(bare, said.get("seeds", {})),
    )  # fmt: skip


def leaves(bare: Profile, table: Mapping[str, Any], path: tuple[str, ...]) -> dict[str, object]:  # Any: TOML
    """The values of nested tables by the names that their keys make up: `erp_supply.approval_limit`."""
    found: dict[str, object] = {}
    for key, value in table.items():
        if isinstance(value, dict):
            inner = leaves(bare, value, (*path, key))
            found.update({f"{key}.{name}": each for name, each in inner.items()})
        elif isinstance(value, list):
            raise bare.refused((*path, key), _("A list is no value here."))
        else:
            found[key] = value
    return found


def _require_tables(bare: Profile, said: Mapping[str, object]) -> None:
    for path in secrets_in(said):
        raise bare.refused(path, _("This is a secret. Secrets come from the environment or a key file of the site "
                                   "alone, never from a profile."))  # fmt: skip
    for name, value in said.items():
        if name not in TABLES:
            raise bare.refused((name,), _unknown(name))
        if not isinstance(value, dict):
            raise bare.refused((name,), _("This is a table: [{name}].", name=name))


def _unknown(name: str) -> Text:
    known = ", ".join(TABLES)
    if name in {each.name for each in fields(Settings)}:
        return _("This is of the machine, and stands in the dovetail.toml of the site's folder. "
                 "A profile has: {known}.", known=known)  # fmt: skip
    return _("There is no such table. A profile has: {known}.", known=known)


def _addons(bare: Profile, table: Mapping[str, object]) -> dict[str, SpecifierSet | None]:
    return {name: _versions(bare, name, value) for name, value in table.items()}


def _versions(bare: Profile, name: str, value: object) -> SpecifierSet | None:
    if value is False:
        return None
    if isinstance(value, str):
        try:
            return SpecifierSet("" if value.strip() == "*" else value)
        except InvalidSpecifier as error:
            raise bare.refused(
                ("addons", name), _("“{value}” is no range of versions. Write >=1.2,<2 or *.", value=value)
            ) from error
    raise bare.refused(
        ("addons", name), _('Write a range of versions such as ">=1.2,<2", "*", or false to have it out of use.')
    )  # fmt: skip


def _companies(bare: Profile, table: Mapping[str, object]) -> dict[str, CompanyTable]:
    found = {}
    for code, said in table.items():
        if not isinstance(said, dict):
            raise bare.refused(("companies", code), _("This is a table: [{name}].", name=f"companies.{code}"))
        chosen = said.get(SETTINGS, {})
        if not isinstance(chosen, dict):
            raise bare.refused(("companies", code, SETTINGS), _("This is a table: [{name}].",
                               name=f"companies.{code}.{SETTINGS}"))  # fmt: skip
        basics = {key: value for key, value in said.items() if key != SETTINGS}
        found[code] = CompanyTable(basics, leaves(bare, chosen, ("companies", code, SETTINGS)))
    return found


def _seeds(bare: Profile, table: Mapping[str, object]) -> dict[tuple[str, str], Values | str]:
    found: dict[tuple[str, str], Values | str] = {}
    for model, rows in table.items():
        if not isinstance(rows, dict):
            raise bare.refused(("seeds", model), _("This is a table: [{name}].", name=f'seeds."{model}"'))
        for key, said in rows.items():
            if not isinstance(said, dict) and said not in (SHIPPED, KEPT):
                raise bare.refused(
                    ("seeds", model, key), _('Write values of its fields, "shipped" or "kept".')
                )  # fmt: skip
            found[model, key] = said
    return found
