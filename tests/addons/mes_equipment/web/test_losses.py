"""The page of causes: the longest first, with the stops behind each."""

from __future__ import annotations

import re

from addons.mes_equipment.actions import saying
from addons.mes_equipment.models import EquipmentState, Reason, StateInterval
from core.testing.observing import statements
from tests.addons.mes_equipment.floor import AFTER, Floor, at, do, id_of, one, visitor

DAY = "from=2026-03-12&to=2026-03-12"
BUDGET = 12


def _causes(page: str) -> list[tuple[str, str, str]]:
    """Name, hours and cumulated share of each cause."""
    rows = re.findall(
        r'<th scope="row"><a class="dt-key"[^>]*>([^<]+)</a>.*?<td class="dt-num">([^<]+)</td>.*?'
        r'only-desk">([^<]+)</td>',
        page,
    )  # fmt: skip
    return [(row[0], row[1], row[2]) for row in rows]


def _url(floor: Floor, extra: str = "") -> str:
    return f"/equipment/losses?in={id_of(floor, 'M-1')}&{DAY}{extra}"


def test_causes_stand_by_their_time_and_cumulate_to_all_of_it(worked: Floor) -> None:
    with worked.env("amina", minute=AFTER) as env:
        do(env, saying.give_reason, one(env, StateInterval, starts_at=at(315)),
           reason_id=one(env, Reason, code="TOOL").id)  # fmt: skip

    page = visitor(worked, "vera", 480).get(_url(worked))

    assert _causes(page) == [("Set-up", "0.7", "44"), ("Tool", "0.6", "87"), ("Minor stop", "0.2", "100")]


def test_a_cause_opens_its_stops_and_each_leads_to_its_state(worked: Floor) -> None:
    page = visitor(worked, "vera", 480).get(_url(worked, f"&cause={EquipmentState.DOWN.value}"))

    with worked.env(write=False) as env:
        stop = one(env, StateInterval, starts_at=at(315))
    assert "Down, no reason" in page
    assert re.findall(r'<tr data-id="(\d+)"', page) == [str(stop.id)]
    assert f'href="/m/mes_equipment.state_interval/{stop.id}"' in page


def test_planned_downtime_is_no_loss_and_shown_when_asked(worked: Floor) -> None:
    client = visitor(worked, "vera", 480)

    assert "Idle" not in [name for name, _hours, _share in _causes(client.get(_url(worked)))]
    assert _causes(client.get(_url(worked, "&loss=planned"))) == [("Idle", "0.5", "100")]


def test_a_kind_that_nobody_lost_anything_to_says_so(worked: Floor) -> None:
    page = visitor(worked, "vera", 480).get(_url(worked, "&loss=unknown"))

    assert "No losses of this kind" in page


def test_another_company_has_none_of_it(worked: Floor) -> None:
    client = visitor(worked, "xaver")

    client.get(_url(worked), 404)
    assert "M-1" not in client.get(f"/equipment/losses?{DAY}")


def test_the_page_keeps_its_budget_of_statements(worked: Floor) -> None:
    client = visitor(worked, "vera")
    client.get("/equipment/losses")

    with statements(worked.site.engine) as sent:
        client.get("/equipment/losses")

    assert len(sent) <= BUDGET, "\n".join(sent.sent)
