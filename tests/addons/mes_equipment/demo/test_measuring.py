"""The gauges of the example follow its machines: a month back, up to now, and on from there."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from addons.mes_equipment.actions import trending
from addons.mes_equipment.actions.trending import TagNow
from addons.mes_equipment.demo import demo
from addons.mes_equipment.demo.gauges import GAUGES
from addons.mes_equipment.demo.living import LONGEST_GAP, beat, begin
from addons.mes_equipment.demo.machines import monitored
from addons.mes_equipment.models import EquipmentState
from addons.mes_equipment.rules.reading import Quality
from core import clock, i18n
from core.base.demo import demo as base_demo
from core.orm.env import Site, open_env
from tests.addons.sites import installed

NOW = datetime(2026, 3, 12, 9, 42, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Site:
    folder: Path = tmp_path_factory.mktemp("measured")
    site = installed(["mes_equipment"], f"sqlite:///{folder / 'example.db'}", folder)
    with clock.held(NOW):
        for fill in (base_demo, demo):
            with open_env(site, write=True) as env:
                fill(env, "en")
    return site


def _tags(site: Site, code: str) -> dict[str, TagNow]:
    with open_env(site) as env:
        return {tag.name: tag for tag in trending.place(env, monitored(env)[code]).tags}


def _mean(site: Site, tag: TagNow, begin: datetime, end: datetime) -> list[float]:
    with clock.held(end), open_env(site) as env:
        found = trending.trend(env, [tag.id], begin, end).series[tag.id]
    return [value for value in found.mean.values if value is not None]


def test_every_gauge_has_a_tag_with_a_value_now(example: Site) -> None:
    for code, gauges in GAUGES.items():
        tags = _tags(example, code)
        with i18n.speaking("en"):
            assert set(tags) == {str(gauge.name) for gauge in gauges}
        assert all(tag.at is not None and tag.at <= NOW for tag in tags.values())


def test_a_machine_that_is_down_has_no_load_and_one_that_runs_has(example: Site) -> None:
    last = timedelta(minutes=15)

    assert set(_mean(example, _tags(example, "M-403")["Spindle load"], NOW - last, NOW)) == {0.0}
    assert min(_mean(example, _tags(example, "M-402")["Spindle load"], NOW - last, NOW)) > 30


def test_who_has_no_signal_is_stale(example: Site) -> None:
    assert _tags(example, "W-01")["Bath temperature"].quality == Quality.STALE


@pytest.mark.parametrize(("length", "least"), [(HOUR, 100), (DAY, 600), (28 * DAY, 250), (300 * DAY, 20)])
def test_there_is_something_to_see_at_every_resolution(example: Site, length: timedelta, least: int) -> None:
    tag = _tags(example, "M-402")["Spindle load"]

    assert len(_mean(example, tag, NOW - length, NOW)) >= least


@pytest.mark.parametrize("code", list(GAUGES))
@pytest.mark.parametrize("state", list(EquipmentState))
def test_a_gauge_stays_within_its_span(code: str, state: EquipmentState) -> None:
    for gauge in GAUGES[code]:
        values = [gauge.value(3.0, state, at) for at in range(0, 7200, 7)]

        assert min(values) >= max(min(gauge.span[0], gauge.rest), 0)
        assert max(values) <= gauge.span[1]


def test_it_goes_on_and_a_time_that_nobody_told_is_a_gap(example: Site) -> None:
    tag = _tags(example, "M-402")["Spindle load"]
    later, after = NOW + timedelta(minutes=2), NOW + timedelta(minutes=4) + LONGEST_GAP

    with clock.held(NOW):
        reached = begin(example, "en")
    with clock.held(later):
        reached = beat(example, "en", reached)
    with clock.held(after):
        beat(example, "en", reached)
        assert _tags(example, "M-402")["Spindle load"].quality == Quality.STALE
    with clock.held(after), open_env(example) as env:
        found = trending.trend(env, [tag.id], NOW, after)

    last = max(at for at in found.series[tag.id].at.values if at is not None)
    assert NOW < found.zero + timedelta(seconds=last) <= later
