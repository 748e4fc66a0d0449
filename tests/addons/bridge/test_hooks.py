"""What the bridge listens to: partners are servers that this site may call."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from addons.bridge.models import Partner, Side
from core import ValidationError
from core.config import Settings, write
from tests.addons.bridge.house import House, partner


def test_a_partner_in_our_own_network_is_taken_only_where_its_host_is_named(house: House) -> None:
    with house.env() as env:
        there = partner(env, Side.MES, "https://10.1.2.3/api/bridge/partner/1/receive").id
    write(Settings(house.site.folder, only_inside_hosts=True, inside_hosts=("floor.plant",)))

    for url in ("https://10.1.2.4/api", "http://127.0.0.1:8001/api"):
        with pytest.raises(ValidationError, match="inside_hosts"), house.env() as env:
            env.get(Partner, there).url = url
    with house.env() as env:
        env.get(Partner, there).name = "The floor"
        env.flush()
        env.get(Partner, there).url = "https://floor.plant/api"
    with pytest.raises(ValidationError, match="inside_hosts"), house.env() as env:
        partner(env, Side.ERP, "https://10.1.2.4/api")


def test_the_doctor_hears_of_the_servers_of_active_partners(house: House) -> None:
    with house.env() as env:
        partner(env, Side.MES, "https://floor.plant/api")
        asked = house.site.hook.collect_peers(env=env)
        assert [peer.url for found in asked for peer in found] == ["https://floor.plant/api"]

        env.session.execute(update(Partner).values(active=False))

        assert not [peer for found in house.site.hook.collect_peers(env=env) for peer in found]
