"""What tags had and have is read by who may read the tags, and by nobody else."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from addons.mes_equipment.actions import trending
from addons.mes_equipment.actions.trending import Summed, Value
from addons.mes_equipment.rules.reading import Quality
from tests.addons.mes_equipment.floor import Floor
from tests.addons.mes_equipment.ingest.plant import NOON, Plant

HOUR = timedelta(hours=1)


@pytest.fixture
def plant(floor: Floor, tmp_path: Path) -> Plant:
    return Plant(floor, tmp_path / "spool")


def test_a_person_of_the_company_sees_values_trend_and_summaries(plant: Plant) -> None:
    tag = plant.tag("speed")
    for second, value in ((0, 2.0), (30, 4.0), (60, 6.0)):
        plant.say("speed", second, value)
    plant.write()

    with plant.floor.env("idris") as env:
        assert trending.latest(env, [tag]) == {tag: Value(NOON + timedelta(minutes=1), 6.0, Quality.GOOD)}
        assert [each.value for each in trending.trend(env, tag, NOON, NOON + timedelta(minutes=1))] == [
            2.0,
            4.0,
        ]
        assert trending.summaries(env, tag, NOON, NOON + timedelta(minutes=1)) == [
            Summed(NOON, 2.0, 4.0, 3.0, 2)
        ]
        (hour,) = trending.summaries(env, tag, NOON, NOON + HOUR, hourly=True)
        assert (hour.low, hour.high, hour.count) == (2.0, 6.0, 3)


def test_another_company_sees_nothing_of_it(plant: Plant) -> None:
    tag = plant.tag("speed")
    plant.say("speed", 0, 2.0)
    plant.write()

    with plant.floor.env("xaver") as env:
        assert trending.latest(env, [tag]) == {}
        assert trending.trend(env, tag, NOON, NOON + HOUR) == []
        assert trending.summaries(env, tag, NOON, NOON + HOUR) == []
