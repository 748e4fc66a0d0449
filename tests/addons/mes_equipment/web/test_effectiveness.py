"""The page of effectiveness: figures of the oracle, each loss with what made it up, and the same as a file."""

from __future__ import annotations

import csv
import io
import re
from decimal import Decimal

import pytest

from addons.mes_equipment.actions import totalling
from addons.mes_equipment.actions.policy import unknown_counts
from addons.mes_equipment.models import Equipment, ShiftInstance
from core.base import Level, settings
from core.testing.observing import statements
from tests.addons.mes_equipment.floor import Floor, id_of, machine, visitor

DAY = "from=2026-03-12&to=2026-03-12"
BUDGET = 15


def _early(floor: Floor, extra: str = "") -> str:
    """The page about M-1 while only the early shift has been worked."""
    client = visitor(floor, "vera", 480)
    return client.get(f"/equipment/oee?in={id_of(floor, 'M-1')}&{DAY}{extra}")


def _figures(page: str) -> list[str]:
    return re.findall(r'<dd class="dt-num">([^<]+)<', page)


def test_the_oracles_figures_stand_in_both_splits(worked: Floor) -> None:
    assert _figures(_early(worked)) == ["72.0", "80.0", "95.0", "94.7", "82.7", "91.9", "94.7"]


def test_the_waterfall_adds_up_from_planned_busy_to_valuable_time(worked: Floor) -> None:
    rows = re.findall(r'<tr class="dt-w-(\w+)">.*?<td class="dt-num">([^<]+)</td>', _early(worked))
    hours = [Decimal(text.replace("\N{MINUS SIGN}", "-")) for _kind, text in rows]

    assert rows[0] == ("whole", "7.5")
    assert rows[-1] == ("left", "5.4")
    assert abs(hours[0] - sum(hours[1:-1]) - hours[-1]) <= Decimal("0.3")


def test_each_loss_of_time_leads_to_its_stops(worked: Floor) -> None:
    page = _early(worked)
    link = re.search(r'href="(/equipment/losses\?[^"]*loss=breakdown[^"]*)"', page)
    assert link is not None

    stops = visitor(worked, "vera", 480).get(link[1].replace("&amp;", "&"))

    assert "0.6 h, 1 stop" in stops
    assert "10:15" in stops


@pytest.mark.parametrize("by", ["equipment", "area", "shift", "day", "week", "order"])
def test_it_is_compared_by_each_grouping(worked: Floor, by: str) -> None:
    label = {"equipment": "M-1", "area": "Milling", "shift": "Early", "day": "Thu 12 Mar", "week": "Week 11, 2026",
             "order": "WO-1"}[by]  # fmt: skip

    page = _early(worked, f"&by={by}")

    assert f">{label}</" in page


def test_a_file_has_the_same_rows_as_plain_numbers(worked: Floor) -> None:
    text = visitor(worked, "vera", 480).get(f"/equipment/oee/file?in={id_of(worked, 'M-1')}&{DAY}&format=csv")

    head, row = list(csv.reader(io.StringIO(text.lstrip("\ufeff"))))
    found = dict(zip(head, row, strict=True))
    assert (found["Equipment"], found["Planned busy"], found["Breakdown"]) == ("M-1", "27000", "2280")
    assert Decimal(found["OEE"]) == Decimal("0.72")


def test_a_file_of_an_unknown_kind_is_refused(worked: Floor) -> None:
    visitor(worked, "vera", 480).get("/equipment/oee/file?format=exe", 422)


def test_pieces_without_a_planned_run_time_give_no_figure_and_say_so(worked: Floor) -> None:
    with worked.env() as env:
        Equipment.of(machine(env)).cycle_seconds = None
        totalling.recompute(env, [s.id for s in env.session.query(ShiftInstance)])

    page = _early(worked)

    assert "57 pieces were made without a planned run time" in page
    assert _figures(page)[0] == "\N{EN DASH}"


def test_unknown_time_is_named_with_how_the_company_judges_it(worked: Floor) -> None:
    client = visitor(worked, "vera", 480)
    url = f"/equipment/oee?in={id_of(worked, 'M-2')}&{DAY}"
    assert "Of 7.5 h nothing is known; by the company's settings they lower" in client.get(url).replace(
        "&#39;", "'"
    )
    with worked.env() as env:
        settings.choose(env, unknown_counts, False, Level.SITE)

    assert "settings they are left out" in client.get(url)


def test_another_companys_machine_and_a_forged_period_are_refused(worked: Floor) -> None:
    visitor(worked, "xaver").get(f"/equipment/oee?in={id_of(worked, 'M-1')}", 404)
    client = visitor(worked, "vera")
    for period in ("from=2025-01-01&to=2026-03-12", "from=2026-03-12&to=2026-03-01", "from=nonsense"):
        client.get(f"/equipment/oee?{period}", 422)


def test_a_period_without_shifts_says_so(worked: Floor) -> None:
    page = visitor(worked, "vera").get("/equipment/oee?from=2026-01-05&to=2026-01-06")

    assert "No shift in this period" in page


def test_the_page_keeps_its_budget_of_statements(worked: Floor) -> None:
    client = visitor(worked, "vera")
    client.get("/equipment/oee")

    with statements(worked.site.engine) as sent:
        client.get("/equipment/oee")

    assert len(sent) <= BUDGET, "\n".join(sent.sent)
