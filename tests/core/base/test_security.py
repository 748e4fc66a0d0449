"""Who sees and changes what base keeps."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from core.base import (
    Activity,
    Badge,
    Company,
    Favourite,
    Item,
    Party,
    Person,
    RecordTemplate,
    SavedView,
    Unit,
    User,
)
from core.base.actions import planning
from core.errors import Forbidden, NotFound, ValidationError
from core.orm import query
from core.orm.assign import visible_fields
from core.orm.env import open_env
from tests.core.base.conftest import Plant


def test_an_employee_sees_colleagues_and_no_strangers(plant: Plant) -> None:
    with plant.env("jonas") as env:
        assert set(env.session.scalars(select(User.login))) == {"jonas", "maren", "tove"}


def test_an_administrator_sees_every_user(plant: Plant) -> None:
    with plant.env("tove") as env:
        assert set(env.session.scalars(select(User.login))) == {"ines", "jonas", "maren", "tove"}


def test_an_employee_sees_the_companies_they_work_in(plant: Plant) -> None:
    with plant.env("jonas") as env:
        assert list(env.session.scalars(select(Company.code))) == ["KH"]


def test_lists_name_the_people_whom_the_reader_may_see(plant: Plant) -> None:
    with plant.env("jonas", write=True) as env:
        record = env.session.scalars(select(Party)).one()
        planning.plan(env, record, "Call them", assignee_id=plant.id_of("maren"))
        page = query.page(env, Activity, ["assignee_id", "author_id"])

    assert "Maren" in str(page.rows[0])
    assert "Jonas" in str(page.rows[0])


def test_who_may_not_change_master_data_is_told_so(plant: Plant) -> None:
    with pytest.raises(Forbidden, match="Partners"), plant.env("jonas", write=True) as env:
        env.session.scalars(select(Party)).one().name = "Ours"


def test_currencies_and_units_are_the_administrators(plant: Plant) -> None:
    with pytest.raises(Forbidden, match="Units"), plant.env("maren", write=True) as env:
        env.add(Unit(code="ROLL", symbol="roll", name="Roll"))


def test_a_code_is_taken_once_in_a_company_and_free_in_another(plant: Plant) -> None:
    with plant.env("ines", write=True) as env:
        env.add(Party(code="NG", name="Another Norrgjut"))
    with pytest.raises(ValidationError, match="unique"), plant.env("ines", write=True) as env:
        env.add(Party(code="NG", name="A third one"))


def test_a_code_that_companies_share_is_taken_once(plant: Plant) -> None:
    with pytest.raises(ValidationError, match="unique"), open_env(plant.site, write=True) as env:
        env.add(Item(code="MB-1180", name="Twin", unit_id=1, company_id=None))


def test_the_number_of_a_badge_is_for_the_personnel_office(plant: Plant) -> None:
    with plant.env("jonas") as env:
        assert "number" not in visible_fields(env, Badge)
        assert "number" in visible_fields(env, Person)
    with plant.env("tove") as env:
        assert "number" in visible_fields(env, Badge)


def test_a_view_shared_with_a_role_is_seen_by_it_and_changed_by_its_owner_alone(plant: Plant) -> None:
    with plant.env("jonas", write=True) as env:
        mine = {"model": "base.item", "owner_id": env.user_id}
        env.add(
            SavedView(name="Milled", shared_role="base.master_data_editor", **mine),
            SavedView(name="Mine", **mine),
        )
    with plant.env("ines") as env:
        assert list(env.session.scalars(select(SavedView.name))) == ["Milled"]
    with pytest.raises(Forbidden), plant.env("maren", write=True) as env:
        env.session.scalars(select(SavedView)).one().name = "Turned"


def test_nobody_keeps_a_view_or_favourite_for_another(plant: Plant) -> None:
    other = plant.id_of("maren")
    for record in (
        SavedView(name="Theirs", model="base.item", owner_id=other),
        RecordTemplate(name="Theirs", model="base.item", owner_id=other, company_id=1, content={}),
        Favourite(user_id=other, model="base.item", record_id=1),
    ):
        with pytest.raises(Forbidden), plant.env("jonas", write=True) as env:
            env.add(record)


def test_a_favourite_is_ones_own(plant: Plant) -> None:
    with plant.env("jonas", write=True) as env:
        env.add(Favourite(user_id=env.user_id, model="base.item", record_id=1))

    with plant.env("maren") as env, pytest.raises(NotFound):
        env.get(Favourite, 1)
