"""The pages of the bridge: who keeps it sees how it stands, others do not."""

from __future__ import annotations

from flask.testing import FlaskClient
from sqlalchemy import select

from core.base import User
from core.orm.env import open_env
from core.security.principal import principal_of
from core.testing.browsing import signed_in
from tests.addons.bridge.house import House
from tests.addons.bridge.machine import used
from tests.addons.bridge.store import received


def browser(house: House, login: str) -> FlaskClient:
    with open_env(house.site) as env:
        user_id = env.session.scalars(select(User.id).where(User.login == login)).one()
        principal = principal_of(env, user_id)
    return signed_in(house.site, principal)


def test_a_keeper_sees_what_is_parked_and_what_differs(house: House) -> None:
    with house.env("priya") as env:
        received(env, "COOLANT", 10)
    with house.env("idris") as env:
        used(env, "FILTER", 3)
        used(env, "COOLANT", "2.5")
    keeper = browser(house, "kira")

    status, report = keeper.get("/bridge"), keeper.get("/bridge/reconciliation")
    csv = keeper.get("/bridge/reconciliation.csv").get_data(as_text=True)

    assert (status.status_code, report.status_code) == (200, 200)
    assert "This database" in status.text
    assert "Needs you" in status.text
    assert "1 difference, 1 message stays" in report.text
    assert "0 are free, 3 are wanted" in report.text
    assert "0 are free, 3 are wanted" in csv
    assert "Material used at machines,FILTER,,3,0,3,H87" in csv.replace(".00", "").replace('"', "")
    assert "Material used at machines,COOLANT,A-01,2.5" in csv.replace('"', "")


def test_another_company_sees_nothing_of_it(house: House) -> None:
    with house.env("idris") as env:
        used(env, "FILTER", 3)

    report = browser(house, "oskar").get("/bridge/reconciliation.csv").get_data(as_text=True)

    assert "FILTER" not in report


def test_who_does_not_keep_the_bridge_does_not_see_it(house: House) -> None:
    operator = browser(house, "idris")

    for page in ("/bridge", "/bridge/reconciliation", "/bridge/reconciliation.csv"):
        assert operator.get(page).status_code == 403, page
