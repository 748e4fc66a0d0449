"""What people see of lots, and what programs send and get."""

import pytest
from core import Site, open_env
from core.base import Company, Lot, Unit
from core.testing import Client, RestClient, make
from sqlalchemy import select

from acme_traceability.models import LotUse

MANAGER, RECORDER = "acme_traceability.quality_manager", "acme_traceability.recorder"


@pytest.fixture
def lots(site: Site) -> dict[str, int]:
    """Two castings of one delivery, the first of which went into a body; by number."""
    with open_env(site, write=True) as env:
        made = {
            number: make(env, Lot, number=number, origin=origin)
            for number, origin in (("C-1", "H-77"), ("C-2", "H-77"), ("B-1", None))
        }
        make(env, LotUse, source_id=made["C-1"].id, product_id=made["B-1"].id)
        return {number: lot.id for number, lot in made.items()}


def test_a_lot_is_traced_in_both_directions(client: Client, lots: dict[str, int]) -> None:
    browser = client(RECORDER)

    forward, back = (browser.get(f"/traceability?lot={lots[number]}").text for number in ("C-1", "B-1"))

    assert "No lot is known to be in it." in forward
    assert f'href="/traceability?lot={lots["B-1"]}"' in forward
    assert "No lot was made of it." in back
    assert f'href="/traceability?lot={lots["C-1"]}"' in back


def test_lots_are_found_by_the_number_of_the_supplier(client: Client, lots: dict[str, int]) -> None:
    page = client(RECORDER).get("/traceability?q=H-77").text

    assert f'href="/traceability?lot={lots["C-1"]}"' in page
    assert f'href="/traceability?lot={lots["C-2"]}"' in page
    assert "B-1" not in page


@pytest.mark.parametrize("question", ["q=nothing", "lot=999999", "lot=x", ""])
def test_what_is_not_there_is_said_in_words(client: Client, question: str) -> None:
    answer = client(RECORDER).get(f"/traceability?{question}")

    assert answer.status_code == (404 if question == "lot=999999" else 200)
    assert "Trace" in answer.text or "404" in answer.text


def test_who_has_no_role_of_it_sees_nothing(site: Site, lots: dict[str, int], client: Client) -> None:
    with open_env(site, write=True) as env:
        other = make(env, Company).id
        foreign = make(env, Lot, number="X-1", company_id=other).id

    page = client(MANAGER).get(f"/traceability?lot={foreign}")

    assert page.status_code == 404
    assert "X-1" not in page.text


def test_the_page_of_a_lot_leads_to_its_trace(client: Client, lots: dict[str, int]) -> None:
    page = client(MANAGER).get(f"/m/base.lot/{lots['C-1']}").text

    assert f"/traceability?lot={lots['C-1']}" in page
    assert "Call back" in page


def test_a_program_records_uses_and_calls_a_lot_back(
    site: Site, rest: RestClient, lots: dict[str, int]
) -> None:
    with open_env(site) as env:
        unit = env.session.scalars(select(Unit.id)).first()
    caller = rest(MANAGER)

    used = caller.post(
        "acme_traceability/use",
        {"source_id": lots["C-2"], "product_id": lots["B-1"], "quantity": "4", "unit_id": unit},
    )
    recall = caller.post(f"base/lot/{lots['C-2']}/call_back", {"reason": "Porous"})
    listed = caller.get("acme_traceability/recall")

    assert (used.status, recall.status, listed.status) == (201, 200, 200)
    assert [row["number"][:3] for row in listed.json["items"]] == ["RC-"]
