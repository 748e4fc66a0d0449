"""A setting's value is the nearest that somebody chose, and of the declared type."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from core.base import Setting, settings
from core.base.settings import Declared, Level, choose, chosen_at, declared, declared_as, setting, value
from core.errors import Forbidden, NotFound, ValidationError
from core.i18n import _
from core.orm.types import Choice
from tests.core.base.conftest import Plant


class Style(Choice):
    PLAIN = "plain", _("Plain")
    RICH = "rich", _("Rich")


@pytest.fixture
def percent() -> Iterator[Declared[Decimal]]:
    every = tuple(Level)
    yield setting("base.test_percent", _("Over-receipt"), Decimal(5), levels=every, minimum=0, maximum=100)
    settings._declared.pop("base.test_percent")


def test_without_a_choice_the_default_holds(plant: Plant, percent: Declared[Decimal]) -> None:
    with plant.env("jonas") as env:
        assert value(env, percent) == Decimal(5)


def test_the_nearest_choice_holds(plant: Plant, percent: Declared[Decimal]) -> None:
    with plant.env("tove", write=True) as env:
        choose(env, percent, "7.5", Level.SITE)
        choose(env, percent, 10, Level.COMPANY)
    with plant.env("jonas", write=True) as env:
        choose(env, percent, "12", Level.USER)

    for login, wanted in (("jonas", "12"), ("maren", "10"), ("ines", "7.5")):
        with plant.env(login) as env:
            assert value(env, percent) == Decimal(wanted), login


def test_a_choice_can_be_taken_back(plant: Plant, percent: Declared[Decimal]) -> None:
    with plant.env("tove", write=True) as env:
        choose(env, percent, 10, Level.COMPANY)
        choose(env, percent, 11, Level.COMPANY)
        assert chosen_at(env, percent, Level.COMPANY) == 11
        choose(env, percent, None, Level.COMPANY)
        assert value(env, percent) == 5


def test_an_employee_chooses_for_nobody_else(plant: Plant, percent: Declared[Decimal]) -> None:
    for level in (Level.SITE, Level.COMPANY):
        with pytest.raises(Forbidden), plant.env("maren", write=True) as env:
            choose(env, percent, 10, level)

    with plant.env("maren") as env:
        assert value(env, percent) == 5


@pytest.mark.parametrize("wrong", ["ten", "101", "-1", "NaN"])
def test_a_wrong_value_is_refused(plant: Plant, percent: Declared[Decimal], wrong: str) -> None:
    with plant.env("tove", write=True) as env, pytest.raises(ValidationError, match="Over-receipt"):
        choose(env, percent, wrong, Level.SITE)


def test_a_choice_that_an_upgrade_made_unfit_holds_no_longer(
    plant: Plant, percent: Declared[Decimal]
) -> None:
    with plant.env("tove", write=True) as env:
        choose(env, percent, "7.5", Level.SITE)
        choose(env, percent, 10, Level.COMPANY)
        kept = env.session.scalars(select(Setting).where(Setting.company_id.is_not(None))).one()
        kept.value = {"value": "a dozen"}

    with plant.env("jonas") as env:
        assert chosen_at(env, percent, Level.COMPANY) is None
        assert value(env, percent) == Decimal("7.5")


def test_a_row_that_holds_no_value_is_refused(plant: Plant, percent: Declared[Decimal]) -> None:
    with pytest.raises(ValidationError) as refused, plant.env("tove", write=True) as env:
        env.add(Setting(name=percent.name, value={}))

    assert str(refused.value.fields["value"]) == 'Write the value as {"value": 5}.'


def test_an_address_of_the_web_is_one(plant: Plant) -> None:
    one = Declared("base.test_one", _("One"), "", (Level.SITE,), None, None, None, web_address=True)
    with plant.env("tove", write=True) as env:
        choose(env, one, "https://docs.example", Level.SITE)
        assert value(env, one) == "https://docs.example"
        with pytest.raises(ValidationError, match="One begins with https"):
            choose(env, one, "javascript:alert(1)", Level.SITE)


def test_a_level_that_was_not_declared_is_refused(plant: Plant) -> None:
    one = Declared("base.test_one", _("One"), 1, (Level.SITE,), None, None, None)
    with plant.env("tove", write=True) as env, pytest.raises(ValidationError, match="cannot be chosen"):
        choose(env, one, 2, Level.USER)


@pytest.mark.parametrize(
    ("default", "chosen", "wanted"),
    [
        (True, "false", False),
        (3, "4", 4),
        ("a", "b", "b"),
        (date(2026, 1, 1), "2026-03-12", date(2026, 3, 12)),
        (Style.PLAIN, "rich", Style.RICH),
    ],
)
def test_a_value_keeps_its_type(plant: Plant, default: Any, chosen: str, wanted: object) -> None:
    one = Declared("base.test_one", _("One"), default, tuple(Level), None, None, None)
    with plant.env("tove", write=True) as env:
        choose(env, one, chosen, Level.COMPANY)
        found = value(env, one)

    assert found == wanted
    assert type(found) is type(wanted)


def test_members_of_a_choice_are_offered() -> None:
    one = Declared("base.test_style", _("Style"), Style.PLAIN, (Level.SITE,), None, None, None)

    assert one.choices == [Style.PLAIN, Style.RICH]


def test_a_declared_setting_is_listed_and_found_by_name(percent: Declared[Decimal]) -> None:
    assert percent in list(declared())
    assert declared_as("base.test_percent") is percent


def test_an_unknown_setting_is_named() -> None:
    with pytest.raises(NotFound, match=r"base\.missing"):
        declared_as("base.missing")
