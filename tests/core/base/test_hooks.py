"""Places do not lie in themselves, and users have roles that exist."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from core.base import Site, UserRole, WorkCenter
from core.errors import ValidationError
from core.orm import bulk
from core.orm.env import Env
from tests.core.base.conftest import Plant


@pytest.fixture
def line(plant: Plant) -> Plant:
    """An area with a line in it, and a machine in that."""
    with plant.env("tove", write=True) as env:
        site = Site(code="ALDEN", name="Alden", country="DE")
        env.add(site)
        env.flush()
        area = WorkCenter(code="MACH", name="Machining", site_id=site.id)
        line = WorkCenter(code="MILL", name="Milling", site_id=site.id, parent=area)
        env.add(WorkCenter(code="M-402", name="Mill", site_id=site.id, parent=line))
    return plant


def test_an_area_cannot_be_put_into_a_machine_of_its_own(line: Plant) -> None:
    with pytest.raises(ValidationError, match="inside itself"), line.env("maren", write=True) as env:
        _called(env, "MACH").parent_id = _called(env, "M-402").id


def test_not_in_bulk_either(line: Plant) -> None:
    with line.env("maren", write=True) as env:
        area, machine = _called(env, "MACH").id, _called(env, "M-402").id
        with pytest.raises(ValidationError, match="inside itself"):
            bulk.update(env, WorkCenter, [{"id": area, "parent_id": machine}])
        assert _called(env, "MACH").parent_id is None


def test_a_machine_can_be_moved_to_another_line(line: Plant) -> None:
    with line.env("maren", write=True) as env:
        _called(env, "M-402").parent_id = _called(env, "MACH").id

    with line.env("jonas") as env:
        assert _called(env, "M-402").parent_id == _called(env, "MACH").id


def test_a_role_that_nobody_declared_is_refused_with_those_there_are(plant: Plant) -> None:
    with pytest.raises(ValidationError, match=r"base\.auditor"), plant.env("tove", write=True) as env:
        env.add(UserRole(user_id=plant.id_of("jonas"), role="base.emperor"))


def test_nor_can_a_role_be_renamed_to_one(plant: Plant) -> None:
    with pytest.raises(ValidationError, match="no role"), plant.env("tove", write=True) as env:
        env.session.scalars(select(UserRole)).all()[0].role = "base.emperor"


def _called(env: Env, code: str) -> WorkCenter:
    return env.session.scalars(select(WorkCenter).where(WorkCenter.code == code)).one()
