"""Another system knows of every change it may know of: one promise, told by those who depend on it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from core.base import Company
from core.config import read, write
from core.events.courier import Courier
from core.orm.env import Site, open_env
from core.testing.given import RestClient
from core.testing.making import make
from tests.core.events.receiver import Taken, receiving
from tests.core.events.test_outbox import let_time_pass

pytestmark = pytest.mark.story
PAGE = Path(__file__).parents[2] / "docs" / "webhooks.md"


def verify() -> Callable[..., None]:
    """The function that the documentation gives to receivers."""
    (block,) = re.findall(r"```python\n(.*?)```", PAGE.read_text(), re.DOTALL)
    names: dict[str, Callable[..., None]] = {}
    exec(block, names)  # noqa: S102 -- our own documentation
    return names["verify"]


class Warehouse:
    """The other system: it believes what is signed, and takes every message once."""

    def __init__(self, secret: str) -> None:
        self.secret = secret
        self.known: dict[str, str] = {}
        self.names: list[str] = []

    def take(self, came: Taken) -> None:
        verify()(self.secret, came.headers, came.body)
        if came.id not in self.known:
            self.known[came.id] = came.json["type"]
            self.names.append(came.json["record"]["name"])


def test_a_warehouse_hears_of_items_signed_in_order_and_once_though_it_was_away(
    site: Site, rest: RestClient
) -> None:
    write(replace(read(site.folder), inside_hosts=("127.0.0.1",)))
    with open_env(site, write=True) as env:
        other = make(env, Company, code="OM").id
    courier = Courier(site)
    with receiving() as receiver:
        # The administrator has the warehouse told of items, and hands over the secret that is shown once.
        admin = rest("base.administrator")
        me = max(each["id"] for each in admin.get("base/user").json["items"])
        made = admin.post("base/webhook", {
            "name": "Warehouse", "url": receiver.url, "model": "base.item", "runs_as_id": me,
            "field_names": "code name",
        })  # fmt: skip
        assert made.status == 201, made.json
        hook = f"base/webhook/{made.json['id']}"
        warehouse = Warehouse(admin.post(f"{hook}/renew_secret").json["answer"]["secret"])
        assert admin.post(f"{hook}/activate").status == 200
        unit = admin.get("base/unit", limit=1).json["items"][0]["id"]

        # It fails at the first message, and is away when the item gets another name.
        receiver.statuses = [500]
        item = admin.post("base/item", {"code": "MB-1", "name": "Manifold", "unit_id": unit})
        assert item.status == 201, item.json
        courier.run_waiting()
        port = receiver.port
    named = admin.patch(
        f"base/item/{item.json['id']}", {"name": "Manifold block"}, version=item.json["version"]
    )
    assert named.status == 200, named.json
    let_time_pass(site)
    courier.run_waiting()

    # Meanwhile another company makes an item of its own, which is none of the warehouse's business.
    stranger = rest("base.administrator", company_id=other)
    assert stranger.post("base/item", {"code": "XX", "name": "Theirs", "unit_id": unit}).status == 201

    # The warehouse is back: both messages come, in order, and one that is sent again has no second effect.
    let_rest_end()
    let_time_pass(site)
    with receiving(port) as back:
        courier.run_waiting()
        deliveries = admin.get("base/webhook_delivery").json["items"]
        assert {each["status"] for each in deliveries} == {200}
        admin.post(f"base/webhook_delivery/{deliveries[0]['id']}/redeliver")
        courier.run_waiting()
    for came in (*receiver.taken[1:], *back.taken):
        warehouse.take(came)
    assert len(back.taken) == 3
    assert warehouse.names == ["Manifold", "Manifold block"]

    # Who alters a byte on the way, or signs with another secret, is not believed.
    altered = replace(back.taken[0], body=back.taken[0].body.replace(b"Manifold", b"Manifest"))
    with pytest.raises(ValueError, match="not signed by us"):
        warehouse.take(altered)


def let_rest_end() -> None:
    """As if the half minute were over for which a server that is away is left in peace."""
    from core.base.actions import subscribing  # noqa: PLC0415 -- nouns are mapped once base is loaded

    subscribing._resting.clear()
