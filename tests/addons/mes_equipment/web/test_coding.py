"""Stop coding: one press gives several stops a reason, a slip is taken back, a stop is divided; operators alone."""

from __future__ import annotations

import pytest

from addons.mes_equipment.actions.recording import Said, record
from addons.mes_equipment.models import EquipmentState, Reason, ReasonUse, StateInterval
from core import Env
from tests.addons.mes_equipment.floor import AFTER, Floor, Visitor, at, id_of, machine, one, visitor

S = EquipmentState
URL = "/equipment/stops"


@pytest.fixture
def stopped(worked: Floor) -> Floor:
    """M-1 stood from 315 to 353, M-2 from 500 on."""
    with worked.env(minute=AFTER) as env:
        record(env, [Said(machine(env, "M-2").id, at(500), S.DOWN)])
        tool = one(env, Reason, code="TOOL")
        env.add(Reason(code="DRILL", name="Drill broken", use=ReasonUse.STOP, parent_id=tool.id))
    return worked


def _stop(floor: Floor, minute: float) -> int:
    with floor.env(write=False) as env:
        return one(env, StateInterval, starts_at=at(minute)).id


def _reason(floor: Floor, code: str) -> int:
    with floor.env(write=False) as env:
        return one(env, Reason, code=code).id


def _given(env: Env, minute: float) -> str | None:
    reason = one(env, StateInterval, starts_at=at(minute)).reason
    return reason.code if reason is not None else None


def _give(floor: Floor, client: Visitor, *minutes: float, code: str = "TOOL") -> str:
    stops = [_stop(floor, minute) for minute in minutes]
    return client.post(URL, client.get(URL), stop=stops, reason=_reason(floor, code))


def test_stops_without_a_reason_are_listed_the_newest_first(stopped: Floor) -> None:
    page = visitor(stopped, "lena").get(URL)

    assert "2 stops" in page
    assert page.index("since 13:20") < page.index("10:15")


def test_several_stops_are_given_a_reason_at_once(stopped: Floor) -> None:
    page = _give(stopped, visitor(stopped, "lena"), 315, 500)

    assert "M-1, M-2: Tool" in page
    assert "Every stop has its reason" in page
    with stopped.env(write=False) as env:
        assert (_given(env, 315), _given(env, 500)) == ("TOOL", "TOOL")


def test_a_slip_is_taken_back_at_once(stopped: Floor) -> None:
    client = visitor(stopped, "lena")
    page = _give(stopped, client, 315)

    page = client.post(f"{URL}/undo", page, stop=_stop(stopped, 315))

    assert "2 stops" in page
    with stopped.env(write=False) as env:
        assert _given(env, 315) is None


def test_what_was_said_longer_ago_or_by_others_is_not_taken_back(stopped: Floor) -> None:
    page = _give(stopped, visitor(stopped, "lena"), 315)

    for login, minute in (("lena", AFTER + 2), ("idris", AFTER)):
        client = visitor(stopped, login, minute)
        client.post(f"{URL}/undo", client.get(URL), 422, stop=_stop(stopped, 315))

    assert "M-1: Tool" in page
    with stopped.env(write=False) as env:
        assert _given(env, 315) == "TOOL"


def test_a_stop_is_divided_and_the_rest_keeps_waiting(stopped: Floor) -> None:
    client, stop = visitor(stopped, "lena"), _stop(stopped, 315)
    page = client.get(f"{URL}?divide={stop}")
    assert 'value="19"' in page

    client.post(URL, page, stop=stop, minutes="20", reason=_reason(stopped, "TOOL"))

    with stopped.env(write=False) as env:
        assert (_given(env, 315), _given(env, 335)) == (None, "TOOL")


def test_a_group_opens_its_reasons_and_keeps_what_was_chosen(stopped: Floor) -> None:
    group, chosen = _reason(stopped, "TOOL"), _stop(stopped, 315)

    page = visitor(stopped, "lena").get(f"{URL}?group={group}&stop={chosen}")

    assert "Drill broken" in page
    assert "Tool, nothing of these" in page
    assert f'name="stop" value="{chosen}" checked' in page


def test_what_is_given_most_often_stands_first(stopped: Floor) -> None:
    client = visitor(stopped, "lena")
    _give(stopped, client, 315, code="DRILL")

    page = client.get(URL)

    assert page.index("Most frequent") < page.index("Drill broken") < page.index("All reasons")


def test_without_a_stop_nothing_is_said(stopped: Floor) -> None:
    client = visitor(stopped, "lena")

    page = client.post(URL, client.get(URL), 422, reason=_reason(stopped, "TOOL"))

    assert "Choose at least one stop" in page


def test_who_only_reads_gives_no_reason(stopped: Floor) -> None:
    client = visitor(stopped, "vera")
    page = client.get(URL)

    client.post(URL, page, 403, stop=_stop(stopped, 315), reason=_reason(stopped, "TOOL"))

    assert "Your roles let you read them." in page
    with stopped.env(write=False) as env:
        assert _given(env, 315) is None


def test_a_stop_of_another_company_is_not_found(stopped: Floor) -> None:
    client = visitor(stopped, "xaver")

    client.post(URL, client.get(URL), 404, stop=_stop(stopped, 315), reason=_reason(stopped, "TOOL"))
    client.get(f"{URL}?in={id_of(stopped, 'M-1')}", 404)

    assert "Every stop has its reason" in client.get(URL)
