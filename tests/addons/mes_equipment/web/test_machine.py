"""The page of one machine: now, its states over time, its figures, and only for those who may."""

from __future__ import annotations

import re

import pytest

from addons.mes_equipment.models import Equipment
from core.testing.observing import statements
from tests.addons.mes_equipment.floor import Floor, id_of, machine, visitor

BUDGET = 25


def _url(floor: Floor, code: str = "M-1") -> str:
    return f"/equipment/{id_of(floor, code)}"


def test_the_shift_that_runs_is_drawn_and_reckoned(worked: Floor) -> None:
    page = visitor(worked, "vera", 479).get(_url(worked))

    assert "Early, Thu 12 Mar" in page
    assert ">06:00</text>" in page
    assert "WO-1" in page
    assert re.search(r"<dt>OEE</dt><dd class=\"dt-num\">\d\d\.\d<", page)


def test_an_earlier_shift_is_reached_from_a_later_one(worked: Floor) -> None:
    client = visitor(worked, "vera")
    page = client.get(_url(worked))
    assert "Late, Thu 12 Mar" in page
    earlier = re.search(r'href="([^"]+)" aria-label="Earlier"', page)
    assert earlier is not None

    assert "Early, Thu 12 Mar" in client.get(earlier[1].replace("&amp;", "&"))


@pytest.mark.parametrize(("span", "lanes"), [("shift", 1), ("day", 1), ("week", 7)])
def test_each_span_has_its_strips_and_the_same_as_a_table(worked: Floor, span: str, lanes: int) -> None:
    page = visitor(worked, "vera").get(f"{_url(worked)}?span={span}")

    assert page.count("dt-tall") == lanes
    assert "data-table" in page


def test_an_operator_gives_reasons_from_here_and_a_viewer_does_not(worked: Floor) -> None:
    link = f'href="/equipment/stops?in={id_of(worked, "M-1")}"'

    assert visitor(worked, "lena").get(_url(worked)).count(link) == 2
    assert visitor(worked, "vera").get(_url(worked)).count(link) == 1


def test_equipment_without_a_shift_and_without_a_state_is_shown(floor: Floor) -> None:
    page = visitor(floor, "vera").get(_url(floor, "M-3"))

    assert "No shift this week" in page
    assert "Unknown" in page


def test_another_companys_machine_and_what_nobody_monitors_are_not_found(worked: Floor) -> None:
    visitor(worked, "xaver").get(_url(worked), 404)
    with worked.env() as env:
        Equipment.of(machine(env, "M-3")).monitored = False

    visitor(worked, "vera").get(_url(worked, "M-3"), 404)


def test_the_page_keeps_its_budget_of_statements(worked: Floor) -> None:
    client = visitor(worked, "vera")
    client.get(_url(worked))

    with statements(worked.site.engine) as sent:
        client.get(_url(worked))

    assert len(sent) <= BUDGET, "\n".join(sent.sent)
