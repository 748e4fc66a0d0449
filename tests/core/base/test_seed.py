"""What base ships is made once, kept up to date, and left alone where somebody edited it."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import func, select

from core.base import Currency, TaxCategory, Unit, seed
from core.base.rules.tax import is_taxed
from core.base.rules.unit import converted_rounded, measure
from core.base.seeding import ship
from core.base.settings import Level, choose
from core.orm.env import Env, open_env
from tests.core.base.conftest import Plant


def test_seeding_twice_makes_nothing_twice(plant: Plant) -> None:
    with open_env(plant.site, write=True) as env:
        seed.seed(env)
        before = _counts(env)
        seed.seed(env)

        assert _counts(env) == before


def test_currencies_have_the_places_of_iso_4217(plant: Plant) -> None:
    with open_env(plant.site, write=True) as env:
        seed.seed(env)
        found = dict(iter(env.session.execute(select(Currency.code, Currency.exponent))))

    assert {code: found[code] for code in ("EUR", "JPY", "KWD", "ISK", "IQD")} == {
        "EUR": 2, "JPY": 0, "KWD": 3, "ISK": 0, "IQD": 3,
    }  # fmt: skip
    assert "DEM" not in found
    assert len(found) > 140


def test_every_shipped_unit_is_one_that_the_rules_convert(plant: Plant) -> None:
    with open_env(plant.site, write=True) as env:
        seed.seed(env)
        for code, dimension in env.session.execute(select(Unit.code, Unit.dimension)):
            assert measure(code).dimension == dimension
    assert converted_rounded(Decimal(2), measure("DZN"), measure("H87"), 0) == 24


def test_the_tax_categories_are_those_of_en_16931(plant: Plant) -> None:
    with open_env(plant.site, write=True) as env:
        seed.seed(env)
        found = list(env.session.scalars(select(TaxCategory)))

    assert {each.code for each in found} == {"S", "Z", "E", "AE", "K", "G", "O", "L", "M", "B"}
    assert [each.code for each in found if each.taxed != is_taxed(each.code)] == []


def test_the_names_follow_the_language_of_the_site(plant: Plant) -> None:
    with open_env(plant.site, write=True) as env:
        seed.seed(env)
        choose(env, seed.language, "de", Level.SITE)
        seed.seed(env)

        names = env.session.scalars(select(Currency.name).where(Currency.code.in_(["SEK", "USD"])))
        assert set(names) == {"Schwedische Krone", "US-Dollar"}


def test_what_somebody_edited_stays_as_they_left_it(plant: Plant) -> None:
    rows = {"YEN": {"code": "YEN", "name": "Yen"}, "WON": {"code": "WON", "name": "Won"}}
    with open_env(plant.site, write=True) as env:
        ids = ship(env, "base", Currency, rows).ids
        env.get(Currency, ids["YEN"]).name = "Our yen"
        env.flush()

        again = ship(
            env, "base", Currency, {code: {**row, "name": row["name"].upper()} for code, row in rows.items()}
        )

        assert (again.updated, again.kept, again.created) == (["WON"], ["YEN"], [])
        assert env.get(Currency, ids["YEN"]).name == "Our yen"
        assert env.get(Currency, ids["WON"]).name == "WON"


def test_a_row_that_was_there_before_is_taken_for_the_shipped_one(plant: Plant) -> None:
    with open_env(plant.site, write=True) as env:
        there = env.session.scalars(select(Currency.id).where(Currency.code == "EUR")).one()

        found = ship(env, "base", Currency, {"EUR": {"code": "EUR", "name": "Ecu"}})

        assert (found.ids, found.kept) == ({"EUR": there}, ["EUR"])
        assert env.get(Currency, there).name == "Euro"


def _counts(env: Env) -> list[int | None]:
    return [env.session.scalar(select(func.count()).select_from(m)) for m in (Currency, Unit, TaxCategory)]
