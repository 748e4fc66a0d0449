"""The demonstration is the same each time, in both languages, and its two companies know nothing of each other."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select

from core import clock
from core.base import Bom, Company, Item, Operation, Party, Person, Rate, StorageLocation, User, WorkCenter
from core.base.demo import USERS, demo
from core.base.demo.people import PASSWORD
from core.base.models.mechanism import Change
from core.base.rules.vat import vat_problem
from core.orm.env import Env, Site, open_env
from core.orm.personal import Opening
from core.security.account import Credential
from core.security.passwords import is_right
from tests.core.base.conftest import Plant

NOON = datetime(2026, 3, 12, 12, 0, tzinfo=UTC)


@pytest.fixture
def shown(site: Site) -> Plant:
    with clock.held(NOON), open_env(site, write=True) as env:
        demo(env, "en")
    return Plant(site)


def test_the_plant_of_the_pictures_is_there(shown: Plant) -> None:
    with shown.env("jonas") as env:
        assert env.session.scalars(select(Company.name)).all() == ["Kestrel Hydraulics"]
        assert {"CS-210-RAW", "VB-310", "MB-1180"} <= set(env.session.scalars(select(Item.code)))
        assert {"M-402", "A-02", "CMM-1"} <= set(env.session.scalars(select(WorkCenter.code)))
        assert {"Brandt Stahl", "Norrgjut AB"} <= set(env.session.scalars(select(Party.name)))


def test_the_second_company_sees_its_own_alone(shown: Plant) -> None:
    with shown.env("nils") as env:
        assert set(env.session.scalars(select(Item.name))) == {
            "Vacuum block 210", "Air valve 10 mm", "Polyamide tube 6 mm",
        }  # fmt: skip
        assert set(env.session.scalars(select(User.login))) == {"nils", "admin"}
        assert env.session.scalar(select(func.count()).select_from(Operation)) == 0
        assert set(env.session.scalars(select(StorageLocation.code))) == {"GRAZ", "SUPPLIERS"}


def test_whoever_is_offered_to_sign_in_can(shown: Plant) -> None:
    with open_env(shown.site) as env:
        kept = env.session.scalars(select(Credential.password_hash)).all()
        logins = set(env.session.scalars(select(User.login)))

    assert {login for login, _password, _what in USERS} == logins
    assert all(is_right(hashed, PASSWORD) for hashed in kept[:1])


def test_our_own_vat_numbers_are_right(shown: Plant) -> None:
    with open_env(shown.site) as env:
        for number, country in env.session.execute(select(Company.vat_id, Company.country)):
            assert vat_problem(number, country) is None


def test_a_year_of_rates_lies_around_the_middle(shown: Plant) -> None:
    with shown.env("jonas") as env:
        first, last = env.session.execute(select(func.min(Rate.valid_from), func.max(Rate.valid_from))).one()
        assert (last - first).days == 364
        assert last == NOON.date()
        swing = env.session.execute(
            select(func.min(Rate.rate), func.max(Rate.rate)).where(Rate.currency.has(code="SEK"))
        ).one()
    assert swing[0] > 10
    assert swing[1] < 12


def test_the_demonstration_speaks_german(site: Site) -> None:
    with open_env(site, write=True) as env:
        demo(env, "de")
    with Plant(site).env("jonas") as env:
        assert env.principal.locale == "de"
        names = dict(iter(env.session.execute(select(Item.code, Item.name))))
        assert names["RB-060"] == "Rundstahl 42CrMo4, 60 mm"
        tasks = set(env.session.scalars(select(Person.task)))
        assert "Planer" in tasks


def test_every_product_has_its_materials(shown: Plant) -> None:
    with shown.env("jonas") as env:
        boms = env.session.scalars(select(Bom)).all()

        assert len(boms) == 8
        assert all(bom.lines and bom.code == bom.item.code for bom in boms)


def test_the_same_day_gives_the_same_data(new_site: Callable[[], Site]) -> None:
    trails = []
    for site in (new_site(), new_site()):
        with clock.held(NOON), open_env(site, write=True) as env:
            demo(env, "en")
            trails.append(_trail(env))

    assert trails[0] == trails[1]
    assert len(trails[0]) > 1_000


def _trail(env: Env) -> list[tuple[str, object]]:
    """What the trail tells, personal values in clear: they are encrypted under keys of their own."""
    rows = env.session.execute(select(Change.model, Change.record_id, Change.new).order_by(Change.id)).all()
    opening = Opening(env._connection, ((row.model, row.record_id) for row in rows))
    return [(row.model, opening.opened((row.model, row.record_id), json.loads(row.new))) for row in rows]
