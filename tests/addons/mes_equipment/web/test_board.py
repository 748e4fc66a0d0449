"""The live board: each machine in its place, what it does, and nobody else's."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from addons.mes_equipment.actions.recording import Said, record
from addons.mes_equipment.models import Equipment, EquipmentState, Workplace
from addons.mes_equipment.rules.ledger import Work
from core.base import Item, User, WorkCenter
from core.testing.observing import statements
from tests.addons.mes_equipment.floor import AFTER, Floor, at, id_of, machine, one, visitor

S = EquipmentState
#: Statements of the page, shell and session among them, however many machines there are.
BUDGET = 18


@pytest.fixture
def busy(worked: Floor) -> Floor:
    """M-1 runs for an order, M-2 is down, nothing was ever said of M-3."""
    with worked.env(minute=AFTER) as env:
        work = Work("WO-7", "20", one(env, Item, code="VB-1").id)
        record(env, [
            Said(machine(env).id, at(500), S.RUN, work=work),
            Said(machine(env, "M-2").id, at(500), S.RUN),
            Said(machine(env, "M-2").id, at(580), S.DOWN),
        ])  # fmt: skip
    return worked


def _tiles(page: str) -> list[tuple[str, str]]:
    """Code and look of each tile, in order."""
    return [
        (code, " ".join(look.split()))
        for look, code in re.findall(
            r'class="dt-station( dt-is-\w+|)" id="[^"]+" href="[^"]+"><span[^>]*><b>([^<]+)', page
        )
    ]


def test_tiles_stand_in_the_order_of_the_floor_whatever_they_do(busy: Floor) -> None:
    with busy.env() as env:
        for place, code in enumerate(("M-3", "M-1", "M-2")):
            Equipment.of(machine(env, code)).position = place

    page = visitor(busy, "vera").get("/equipment")

    assert _tiles(page) == [("M-3", "dt-is-stale"), ("M-1", "dt-is-run"), ("M-2", "dt-is-alarm")]


def test_a_tile_says_state_order_and_how_long(busy: Floor) -> None:
    page = visitor(busy, "vera").get("/equipment")

    assert "WO-7, VB-1" in page
    assert ">1 h 40</time>" in page
    assert "No signal yet" in page


def test_what_lost_its_signal_shows_what_was_known_and_since_when(busy: Floor) -> None:
    with busy.env(minute=AFTER) as env:
        record(env, [Said(machine(env).id, at(590), S.UNKNOWN)])

    page = visitor(busy, "vera").get("/equipment")

    assert "Last known: Producing" in page
    assert "No signal since 14:50" in page


def test_a_stop_without_a_reason_calls_whoever_may_give_it(busy: Floor) -> None:
    url = f"/equipment/stops?in={id_of(busy, 'M-2')}"

    assert f'href="{url}"' in visitor(busy, "lena").get("/equipment")
    seen = visitor(busy, "vera").get("/equipment")
    assert "Nobody has said why." in seen
    assert f'href="{url}"' not in seen


def test_the_address_names_an_area(busy: Floor) -> None:
    client = visitor(busy, "vera")

    assert "M-1" in client.get(f"/equipment?in={id_of(busy, 'M-AREA')}")
    client.get("/equipment?in=999999", 404)
    client.get("/equipment?in=x", 404)


def test_another_company_sees_its_own_floor_alone(busy: Floor) -> None:
    client = visitor(busy, "xaver")

    assert [code for code, _look in _tiles(client.get("/equipment"))] == ["X-1"]
    client.get(f"/equipment?in={id_of(busy, 'M-AREA')}", 404)


def test_who_has_no_role_on_the_floor_sees_no_page(busy: Floor) -> None:
    client = visitor(busy, "nobody")

    for page in ("", "/stops", "/oee", "/losses", "/oee/file?format=csv", f"/{id_of(busy, 'M-1')}"):
        client.get(f"/equipment{page}", 403)


def test_an_operator_with_a_workplace_sees_that_alone(busy: Floor) -> None:
    with busy.env() as env:
        here = machine(env, "M-2")
        worker = one(env, User, login="lena")
        env.add(Workplace(company_id=here.company_id, worker_id=worker.id, equipment_id=here.id))

    assert [code for code, _look in _tiles(visitor(busy, "lena").get("/equipment"))] == ["M-2"]


def test_without_monitored_equipment_the_page_says_what_to_do(floor: Floor) -> None:
    with floor.env() as env:
        for center in env.session.scalars(select(WorkCenter)):
            Equipment.of(center).monitored = False

    page = visitor(floor, "jonas").get("/equipment")

    assert "No equipment is monitored yet" in page
    assert 'href="/m/base.work_center"' in page


def test_the_navigation_marks_the_page_itself_and_not_those_above_it(busy: Floor) -> None:
    client = visitor(busy, "vera")

    for url, marked in (
        ("/equipment/oee", "/equipment/oee"),
        (f"/equipment/{id_of(busy, 'M-1')}", "/equipment"),
    ):
        assert re.findall(r'<a href="(/equipment[^"]*)" aria-current="page"', client.get(url)) == [marked]


def test_the_board_keeps_its_budget_of_statements(busy: Floor) -> None:
    client = visitor(busy, "vera")
    client.get("/equipment")

    with statements(busy.site.engine) as sent:
        client.get("/equipment")

    assert len(sent) <= BUDGET, "\n".join(sent.sent)


def test_the_board_speaks_german(busy: Floor) -> None:
    with busy.env() as env:
        one(env, User, login="vera").locale = "de"

    page = visitor(busy, "vera").get("/equipment")

    assert "Noch kein Signal" in page
    assert "Niemand hat gesagt, warum." in page
