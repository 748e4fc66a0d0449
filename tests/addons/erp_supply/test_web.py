"""The page that takes over invoices: tried first, imported by a job, for buyers alone."""

from __future__ import annotations

import io
import re
from datetime import timedelta
from decimal import Decimal

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from addons.erp_supply.models import PurchaseOrder, SuppliedItem
from core import today
from core.base import Item, User
from core.jobs.job import Job, JobState
from core.jobs.worker import Worker
from core.orm.env import Principal, Site, open_env
from core.security.principal import principal_of
from core.testing.browsing import csrf_of, signed_in
from tests.addons.erp_supply.invoice_files import invoice, line, written
from tests.addons.erp_supply.plant import Plant, one, received, sent_order

URL = "/supply/invoices"


def _client(plant: Plant, login: str) -> FlaskClient:
    with open_env(plant.site) as system:
        found = system.session.scalars(select(User.id).where(User.login == login)).one()
        principal = principal_of(system, found)
    return signed_in(plant.site, principal)


def _who_is(site: Site, user_id: int, company_id: int | None) -> Principal:
    with open_env(site) as system:
        return principal_of(system, user_id, company_id)


def _post(client: FlaskClient, **data: object) -> str:
    headers = csrf_of(client.get(URL).text)
    response = client.post(URL, data=data, headers=headers, content_type="multipart/form-data")
    assert response.status_code in (200, 303), response.text[:2000]
    return response.headers.get("Location") or response.text


def _file(name: str, content: bytes) -> tuple[io.BytesIO, str]:
    return io.BytesIO(content), name


def test_files_are_tried_and_nothing_is_written(plant: Plant) -> None:
    client = _client(plant, "maren")

    page = _post(client, step="try", files=[
        _file("r1.xml", written(invoice())), _file("bad.xml", written(invoice(line(unit="SACK")))),
    ])  # fmt: skip

    assert "New document" in page
    assert "148.75" in page
    assert "“SACK” is no known unit code" in page
    assert "Import 1 document" in page
    with plant.env("maren", write=False) as env:
        assert env.session.scalars(select(PurchaseOrder)).all() == []


def test_a_job_imports_what_was_tried_with_a_result_for_each(plant: Plant) -> None:
    client = _client(plant, "maren")
    page = _post(client, step="try", files=[
        _file("r1.xml", written(invoice())), _file("bad.xml", b"<a/>"),
    ])  # fmt: skip
    token = re.search(r'name="token" value="([^"]+)"', page)
    assert token is not None

    where = _post(client, step="run", token=token[1])
    Worker(plant.site, _who_is).run_waiting()

    with open_env(plant.site) as env:
        job = env.session.scalars(select(Job)).one()
        assert where == f"/-/jobs/{job.id}"
        assert (job.state, job.done, job.total) == (JobState.DONE, 2, 2)
        assert job.result == {"taken_over": 1, "known": 0, "refused": 1}
        order = env.session.scalars(select(PurchaseOrder)).one()
        assert [(ln.failed, ln.record_id) for ln in job.log] == [(False, order.id), (True, None)]
    assert order.number is not None
    assert order.number in client.get(where).text


def test_who_is_no_buyer_sees_no_page(plant: Plant) -> None:
    client = _client(plant, "priya")

    assert client.get(URL).status_code == 403


def test_the_files_of_another_person_are_not_found(plant: Plant) -> None:
    page = _post(_client(plant, "maren"), step="try", files=[_file("r1.xml", written(invoice()))])
    token = re.search(r'name="token" value="([^"]+)"', page)
    assert token is not None
    client = _client(plant, "jonas")

    response = client.post(
        URL, data={"step": "run", "token": token[1]}, headers=csrf_of(client.get(URL).text)
    )

    assert response.status_code == 404
    assert "no longer here" in response.text


@pytest.mark.parametrize("token", ["../../dovetail", "", "x"])
def test_a_forged_token_finds_nothing(plant: Plant, token: str) -> None:
    client = _client(plant, "maren")

    response = client.post(URL, data={"step": "run", "token": token}, headers=csrf_of(client.get(URL).text))

    assert response.status_code == 404


def _with_reorder_point(plant: Plant, quantity: int) -> int:
    with plant.env() as env:
        item = one(env, Item, code="CS-045-RAW")
        SuppliedItem.of(item).reorder_point = Decimal(quantity)
        return item.id


def test_the_forecast_tells_what_there_will_be_and_warns(plant: Plant) -> None:
    item_id = _with_reorder_point(plant, 80)
    with plant.env("jonas") as env:
        received(env, ("CS-045-RAW", 10, 1))
        sent_order(env, ("CS-045-RAW", 90, 1), promised_on=today(env.zone) + timedelta(days=20))

    page = _client(plant, "maren").get(f"/supply/forecast?item={item_id}").text
    form = _client(plant, "maren").get(f"/m/base.item/{item_id}").text

    assert re.findall(r'<span class="dt-num">([0-9.,]+)</span>', page) == [
        "10", "0", "90", "0", "10", "10", "100", "100",
    ]  # fmt: skip
    assert "Below its reorder point" in page
    assert f"/supply/forecast?item={item_id}" in form
    assert "/supply/forecast" in _client(plant, "maren").get("/m/erp_supply.stock_quant").text
    assert "Short within 14 days" in _client(plant, "maren").get("/").text


def test_the_forecast_of_another_company_is_not_shown(plant: Plant) -> None:
    with plant.env("jonas") as env:
        received(env, ("CS-045-RAW", 10, 1))

    assert "CS-045-RAW" not in _client(plant, "ines").get("/supply/forecast").text
    assert _client(plant, "nobody").get("/supply/forecast").status_code == 403


def test_the_lists_and_forms_of_supply_are_shown(plant: Plant) -> None:
    with plant.env("jonas") as env:
        receipt = received(env, ("CS-045-RAW", 100, 1))
        order_id = receipt.order_id
    client = _client(plant, "jonas")

    for name in ("purchase_order", "receipt", "supplier_return", "stock_quant", "stock_move", "stock_count",
                 "supplier_price", "warehouse", "stock_reservation"):  # fmt: skip
        assert client.get(f"/m/erp_supply.{name}").status_code == 200, name
    assert "1 / 1" in client.get("/m/erp_supply.purchase_order").text
    assert client.get(f"/m/erp_supply.purchase_order/{order_id}").status_code == 200
    assert client.get("/").status_code == 200
