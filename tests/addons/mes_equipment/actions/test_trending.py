"""What tags had and have is read by who may read the tags, as finely as a screen can show it, with its gaps."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from addons.mes_equipment.actions import trending
from addons.mes_equipment.actions.trending import Trend
from addons.mes_equipment.models import RollupHour, RollupMinute, Tag
from addons.mes_equipment.rules.reading import Quality
from addons.mes_equipment.rules.resolution import MOST_POINTS, Resolution
from core import clock, series
from core.orm.env import Env, open_env
from core.testing.observing import statements
from tests.addons.mes_equipment.floor import Floor, machine
from tests.addons.mes_equipment.ingest.plant import NOON, Plant, seconds

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def plant(floor: Floor, tmp_path: Path) -> Plant:
    return Plant(floor, tmp_path / "spool")


def _times(found: Trend, tag: int) -> list[float]:
    """Seconds after noon."""
    return [seconds(found.zero) + at for at in found.series[tag].at.values if at is not None]


def _hour(env: Env, tag: int, begin: datetime, value: float) -> None:
    """An hour in which a tag had one value."""
    last = begin + timedelta(minutes=50)
    series.merge(env, RollupHour, [
        (tag, begin, value - 1, value + 1, 6 * value, 6, 3000 * value, 3000.0, value, begin, value, last)
    ])  # fmt: skip


def test_readings_of_a_short_time_are_read_as_they_are(plant: Plant) -> None:
    tag = plant.tag("speed")
    for second, value in ((0, 2.0), (30, 4.0), (60, 6.0)):
        plant.say("speed", second, value)
    plant.write()

    with plant.floor.env("idris") as env:
        found = trending.trend(env, [tag], NOON, NOON + 2 * MINUTE)

    assert found.resolution is Resolution.READING
    assert (_times(found, tag), found.series[tag].mean.values) == ([0, 30, 60], [2.0, 4.0, 6.0])


def test_the_reading_that_holds_at_the_begin_is_read_too(plant: Plant) -> None:
    tag = plant.tag("speed")
    plant.say("speed", -20, 2.0)
    plant.say("speed", 60, 6.0)
    plant.write()

    with plant.floor.env("idris") as env:
        found = trending.trend(env, [tag], NOON, NOON + 2 * MINUTE)

    assert _times(found, tag) == [-20, 60]


def test_a_reading_without_value_or_of_bad_quality_is_a_gap(plant: Plant) -> None:
    tag = plant.tag("speed")
    plant.say("speed", 0, 2.0)
    plant.say("speed", 10, None, quality=Quality.BAD)
    plant.say("speed", 20, 3.0, quality=Quality.BAD)
    plant.say("speed", 30, 4.0)
    plant.write()

    with plant.floor.env("idris") as env:
        found = trending.trend(env, [tag], NOON, NOON + MINUTE)

    assert found.series[tag].mean.values == [2.0, None, None, 4.0]


def test_silence_for_longer_than_a_tag_may_be_silent_is_a_gap(plant: Plant) -> None:
    tag = plant.tag("speed", longest_seconds=60)
    for second in (0, 80, 400):
        plant.say("speed", second, 2.0)
    plant.write()

    with plant.floor.env("idris") as env:
        found = trending.trend(env, [tag], NOON, NOON + HOUR)

    assert (_times(found, tag), found.series[tag].mean.values) == ([0, 80, 80, 400], [2.0, 2.0, None, 2.0])


def test_too_many_readings_are_read_as_minutes_in_the_same_statement(plant: Plant) -> None:
    few, many = plant.tag("few"), plant.tag("many")
    plant.say("few", 0, 1.0)
    for n in range(MOST_POINTS + 1):
        plant.say("many", n * 2, float(n % 7))
    plant.write()

    with plant.floor.env("idris") as env, statements(plant.floor.site.engine) as sent:
        found = trending.trend(env, [few, many], NOON, NOON + HOUR)

    assert found.resolution is Resolution.MINUTE
    assert len(found.series[many].at.values) == 51
    assert (found.series[many].low.values[0], found.series[many].high.values[0]) == (0.0, 6.0)
    assert len(sent) == 2  # which of the tags may be read, and what they had


def test_of_readings_that_are_kept_no_more_the_minutes_are_read(plant: Plant) -> None:
    tag = plant.tag("speed", longest_seconds=60)
    plant.say("speed", 700, 2.0)
    plant.write()
    with open_env(plant.floor.site, write=True) as env:
        series.merge(env, RollupMinute, [(tag, NOON, 1.0, 3.0, 2.0, 1, 0.0, 0.0, 2.0, NOON, 2.0, NOON)])

    with plant.floor.env("idris") as env:
        found = trending.trend(env, [tag], NOON, NOON + HOUR)
        later = trending.trend(env, [tag], NOON + 10 * MINUTE, NOON + HOUR)

    assert (found.resolution, _times(found, tag)[::2]) == (Resolution.MINUTE, [0, 660])
    assert (later.resolution, _times(later, tag)) == (Resolution.READING, [700])


def test_means_by_minute_and_hour_are_those_of_the_readings_weighted_by_time(plant: Plant) -> None:
    tag = plant.tag("speed")
    said = [(0, 2.0), (45, 10.0), (70, 4.0), (3500, 1.0), (3660, 8.0)]
    for second, value in said:
        plant.say("speed", second, value)
    plant.write()

    with plant.floor.env("idris") as env:
        minutes = trending.trend(env, [tag], NOON, NOON + 3 * HOUR).series[tag]
        found = trending.trend(env, [tag], NOON, NOON + 3 * DAY)

    hours = found.series[tag]
    assert minutes.mean.values[:2] == pytest.approx([_mean(said, 0, 60), _mean(said, 60, 120)])
    assert _times(found, tag) == [0, 3600]
    assert hours.mean.values == pytest.approx([_mean(said, 0, 3600), _mean(said, 3600, 7200)])
    assert (hours.low.values, hours.high.values) == ([1.0, 8.0], [10.0, 8.0])


def _mean(said: list[tuple[int, float]], begin: int, end: int) -> float:
    """Of steps, second by second."""
    held = [[value for at, value in said if at <= second][-1] for second in range(begin, end)]
    return sum(held) / len(held)


def test_an_hour_that_lasts_is_averaged_up_to_now(plant: Plant) -> None:
    tag = plant.tag("speed")
    plant.say("speed", 0, 2.0)
    plant.say("speed", 600, 5.0)
    plant.write()

    with plant.floor.env("idris") as env, clock.held(NOON + timedelta(minutes=15)):
        found = trending.trend(env, [tag], NOON - DAY * 2, NOON + timedelta(minutes=15))

    assert found.series[tag].mean.values == pytest.approx([(600 * 2 + 300 * 5) / 900])


def test_days_are_those_of_the_readers_zone_over_a_change_of_clocks(plant: Plant) -> None:
    tag = plant.tag("speed")
    first = datetime(2026, 3, 27, 23, tzinfo=UTC)  # midnight in Berlin
    with open_env(plant.floor.site, write=True) as env:
        for n in range(24 + 23 + 1):  # the 29th has 23 hours
            _hour(env, tag, first + n * HOUR, float(n < 24) + 5.0 * (n >= 47))

    with plant.floor.env("idris") as env, clock.held(first + 5 * DAY):
        env.principal = replace(env.principal, zone="Europe/Berlin")
        found = trending.trend(env, [tag], first - 100 * DAY, first + 5 * DAY)

    assert found.resolution is Resolution.DAY
    midnights = [0, 24, 47]
    assert _times(found, tag) == [seconds(first) + hour * HOUR.total_seconds() for hour in midnights]
    assert found.series[tag].mean.values == pytest.approx([1.0, 0.0, 5.0])


def test_values_of_any_size_keep_their_digits(plant: Plant) -> None:
    sizes = {
        plant.tag(f"t{n}"): size for n, size in enumerate([0.0, 1.25e-7, -0.5, 78.125, -12345.5, 1e16, 1e300])
    }
    for n, size in enumerate(sizes.values()):
        plant.say(f"t{n}", 0, size)
        plant.say(f"t{n}", 1, size / 3)
    plant.write()

    with plant.floor.env("idris") as env:
        exact = trending.trend(env, sizes, NOON, NOON + HOUR).series
        drawn = trending.trend(env, sizes, NOON, NOON + HOUR, digits=4).series

    for tag, size in sizes.items():
        assert exact[tag].mean.values == pytest.approx([size, size / 3], rel=1e-12)
        assert drawn[tag].mean.values == pytest.approx([size, size / 3], rel=1e-3, abs=5e-8)
        assert {exact[tag].least, exact[tag].greatest} == {size, size / 3}


def test_another_company_sees_nothing_of_it(plant: Plant) -> None:
    tag = plant.tag("speed")
    plant.say("speed", 0, 2.0)
    plant.write()

    with plant.floor.env("xaver") as env:
        for length in (HOUR, DAY, 30 * DAY, 300 * DAY):
            assert trending.trend(env, [tag], NOON, NOON + length).series == {}


def test_a_place_has_its_own_tags_with_their_last_values(plant: Plant) -> None:
    speed, load, _elsewhere = plant.tag("speed"), plant.tag("load"), plant.tag("elsewhere")
    with plant.floor.env() as env:
        here = machine(env)
        for tag in (speed, load):
            env.get(Tag, tag).work_center_id = here.id
    plant.say("speed", 0, 2.0)
    plant.write()

    with plant.floor.env("idris") as env:
        found = trending.place(env, here.id)

    assert [(tag.name, tag.at, tag.value) for tag in found.tags] == [
        ("load", None, None),
        ("speed", NOON, 2.0),
    ]
