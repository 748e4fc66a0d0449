"""The page of trends: what is drawn is what was read, all of it in the address, and nobody else's."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from addons.mes_equipment.models import Equipment, Tag
from addons.mes_equipment.web.figures import places
from core.base import Unit, User
from core.testing.observing import statements
from tests.addons.mes_equipment.floor import SIX, Floor, Visitor, at, id_of, machine, one, visitor
from tests.addons.mes_equipment.ingest.plant import NOON, Plant

#: Statements beyond those of session and shell: the tags, their last values, which of them may be read, the series.
OWN = 4


@pytest.fixture
def plant(floor: Floor, tmp_path: Path) -> Plant:
    return Plant(floor, tmp_path / "spool")


@pytest.fixture
def measured(plant: Plant) -> Plant:
    """M-1 with tags that had readings until shortly before `AFTER`, two of them in %, and one that never had any."""
    tags = {name: plant.tag(name) for name in ("load", "override", "count", "quiet")}
    with plant.floor.env() as env:
        for name, tag in tags.items():
            found = env.get(Tag, tag)
            found.work_center_id = machine(env).id
            if name in ("load", "override"):
                found.unit_id = one(env, Unit, code="P1").id
        env.get(Tag, tags["load"]).low, env.get(Tag, tags["load"]).high = Decimal(0), Decimal(120)
    for n in range(20):
        second = (at(585) - NOON).total_seconds() + 30 * n
        plant.say("load", second, 50.0 + n)
        plant.say("override", second, 100.0)
        plant.say("count", second, float(n))
    plant.write()
    return plant


def _url(plant: Plant, query: str = "", page: str = "trend") -> str:
    return f"/equipment/{id_of(plant.floor, 'M-1')}/{page}?{query}"


def _page(plant: Plant, query: str = "") -> str:
    return visitor(plant.floor, "vera").get(_url(plant, query))


def _chart(page: str) -> Mapping[str, Any]:  # Any: JSON
    found = re.search(r'<script type="application/json">(.*?)</script>', page)
    assert found is not None
    chart: Mapping[str, Any] = json.loads(found[1])
    return chart


def _names(page: str) -> list[list[str]]:
    """The lines of each chart."""
    return [[line["name"] for line in chart["series"]] for chart in _chart(page)["charts"]]


def _tag(plant: Plant, name: str) -> int:
    with plant.floor.env() as env:
        return next(tag.id for tag in env.session.query(Tag) if tag.path.endswith(f"/{name}"))


def test_what_had_readings_is_drawn_one_chart_a_unit(measured: Plant) -> None:
    page = _page(measured, "span=hour")

    assert _names(page) == [["count"], ["load", "override"]]
    assert [chart["unit"] for chart in _chart(page)["charts"]] == ["", "%"]
    load = _chart(page)["charts"][1]["series"][0]
    assert [value / load["scale"] for value in load["value"]] == [50.0 + n for n in range(20)]


def test_the_page_says_what_a_point_stands_for(measured: Plant) -> None:
    for span, words in (
        ("hour", "Every reading"),
        ("8h", "Means by minute"),
        ("week", "Means by hour"),
        ("year", "Means by day"),
    ):
        assert f"<h2>{words}" in _page(measured, f"span={span}")


def test_means_have_a_band_and_readings_have_none(measured: Plant) -> None:
    tag = _tag(measured, "load")

    (minutes,) = _chart(_page(measured, f"span=8h&tags={tag}"))["charts"][0]["series"]
    (readings,) = _chart(_page(measured, f"span=hour&tags={tag}"))["charts"][0]["series"]

    assert [minutes[edge][0] / minutes["scale"] for edge in ("low", "high")] == [50.0, 51.0]
    assert "low" not in readings


def test_a_single_tag_is_shown_with_its_span(measured: Plant) -> None:
    assert _chart(_page(measured, f"span=hour&tags={_tag(measured, 'load')}"))["charts"][0]["limits"] == [
        0.0,
        120.0,
    ]
    assert _chart(_page(measured, "span=hour"))["charts"][1]["limits"] == []


def test_the_list_has_every_tag_with_what_it_has_now(measured: Plant) -> None:
    page = _page(measured)
    rows = re.findall(
        r'<li( class="dt-old")?><label title="[^"]*/(\w+)">.*?<span class="dt-num">([^<]*)<', page
    )

    assert [(name, value) for _old, name, value in rows] == [
        ("count", "19.0"), ("load", "69.0"), ("override", "100"), ("quiet", "\N{EN DASH}"),
    ]  # fmt: skip
    assert page.count(" checked>") == 3


def test_what_was_silent_for_too_long_is_marked(measured: Plant) -> None:
    client = visitor(measured.floor, "vera", 660)

    assert "No signal, " in client.get(_url(measured))
    assert "No signal, " not in _page(measured)


def test_the_filter_hides_what_is_not_drawn_and_says_how_many(measured: Plant) -> None:
    page = _page(measured, f"q=over&tags={_tag(measured, 'load')}")

    assert re.findall(r'<label title="[^"]*/(\w+)">', page) == ["load", "override"]
    assert "2 hidden by the filter" in page


def test_addresses_of_the_steps_lie_around_the_window(measured: Plant) -> None:
    page = _page(measured, "from=2026-03-12T10:00:00Z&to=2026-03-12T11:00:00Z")
    steps = {
        name: href.replace("%3A", ":")
        for href, name in re.findall(r'href="([^"]*)"[^>]*data-chart-step="(\w+)"', page)
    }

    assert steps["earlier"].endswith("from=2026-03-12T09:00:00Z&amp;to=2026-03-12T10:00:00Z")
    assert steps["later"].endswith("from=2026-03-12T11:00:00Z&amp;to=2026-03-12T12:00:00Z")
    assert steps["further"].endswith("from=2026-03-12T09:30:00Z&amp;to=2026-03-12T11:30:00Z")
    assert steps["nearer"].endswith("from=2026-03-12T10:15:00Z&amp;to=2026-03-12T10:45:00Z")


def test_what_ends_now_has_nothing_later_and_is_renewed(measured: Plant) -> None:
    now, before = _page(measured, "span=hour"), _page(measured, "from=2026-03-12T10:00&to=2026-03-12T11:00")

    assert 'data-chart-step="later"' not in now
    assert "data-chart-every" in now
    assert "data-chart-every" not in before


def test_instants_without_a_zone_are_of_the_reader(measured: Plant) -> None:
    with measured.floor.env() as env:
        one(env, User, login="vera").zone = "Europe/Berlin"

    page = _page(measured, "from=2026-03-12T15:30&to=2026-03-12T16:00")

    assert _chart(page)["begin"] == (SIX + timedelta(hours=9, minutes=30)).timestamp()


@pytest.mark.parametrize(
    "query", ["from=nonsense", "from=2026-03-12T10:00&to=2026-03-12T09:00", "from=1999-01-01T00:00"]
)
def test_a_time_that_is_none_is_refused(measured: Plant, query: str) -> None:
    visitor(measured.floor, "vera").get(_url(measured, query), 422)


def test_the_table_has_the_same_numbers(measured: Plant) -> None:
    page = _page(measured, f"span=hour&table=1&tags={_tag(measured, 'load')}")
    cell = r'<td class="dt-slot-key"><span>([^<]*)</span></td><td class="dt-num dt-slot-amount"><span class="dt-num">'
    rows = re.findall(cell + "([^<]*)<", page)

    assert len(rows) == 20
    assert rows[0][1] == "69.0"
    assert rows[-1][1] == "50.0"


def test_a_file_has_means_and_bands_as_plain_numbers(measured: Plant) -> None:
    query = f"span=8h&format=csv&tags={_tag(measured, 'load')}"
    text = visitor(measured.floor, "vera").get(_url(measured, query, "trend/file"))

    head, first, *_rest = list(csv.reader(io.StringIO(text.lstrip("\ufeff"))))
    assert head == ["From", "load, %, mean", "load, %, lowest", "load, %, highest"]
    assert first == ["2026-03-12T14:45:00Z", "50.5", "50", "51"]


def test_a_file_of_an_unknown_kind_is_refused(measured: Plant) -> None:
    visitor(measured.floor, "vera").get(_url(measured, "format=exe", "trend/file"), 422)


def test_at_most_eight_are_drawn_and_the_page_says_so(plant: Plant) -> None:
    tags = [plant.tag(f"t{n}") for n in range(9)]
    with plant.floor.env() as env:
        for tag in tags:
            env.get(Tag, tag).work_center_id = machine(env).id
    for n in range(9):
        plant.say(f"t{n}", (at(595) - NOON).total_seconds(), 1.0)
    plant.write()

    page = _page(plant, "span=hour&tags=" + ",".join(map(str, tags)))

    assert _names(page) == [[f"t{n}" for n in range(8)]]
    assert "At most 8 tags are drawn at once." in page


def test_without_readings_in_this_time_it_leads_to_the_last_ones(measured: Plant) -> None:
    page = _page(measured, "from=2026-03-11T10:00:00Z&to=2026-03-11T11:00:00Z")
    link = re.search(r'href="([^"]*)">\s*Show them', page)
    assert "No readings in this time" in page
    assert link is not None

    there = visitor(measured.floor, "vera").get(link[1].replace("&amp;", "&"))

    assert _names(there) == [["count"], ["load", "override"]]


def test_empty_pages_say_what_to_do(plant: Plant) -> None:
    assert "No tag belongs to this equipment" in _page(plant)
    tag = plant.tag("quiet")
    with plant.floor.env() as env:
        env.get(Tag, tag).work_center_id = machine(env).id

    assert "No tag is chosen" in _page(plant)
    assert "Nothing was ever heard of these tags" in _page(plant, f"tags={tag}")


def test_tags_of_other_equipment_and_forged_ids_are_not_found(measured: Plant) -> None:
    elsewhere = measured.tag("elsewhere")
    client = visitor(measured.floor, "vera")

    for tags in (str(elsewhere), "999999", "x", f"{_tag(measured, 'load')},{elsewhere}"):
        for page in ("trend", "trend/file"):
            client.get(_url(measured, f"format=csv&tags={tags}", page), 404)


def test_another_company_finds_no_page(measured: Plant) -> None:
    client = visitor(measured.floor, "xaver")

    for page in ("trend", "trend/file"):
        client.get(_url(measured, f"format=csv&tags={_tag(measured, 'load')}", page), 404)


def test_who_has_no_role_on_the_floor_sees_no_page(measured: Plant) -> None:
    for page in ("trend", "trend/file"):
        visitor(measured.floor, "nobody").get(_url(measured, "format=csv", page), 403)


def test_the_machines_page_leads_here(measured: Plant) -> None:
    with measured.floor.env() as env:
        assert Equipment.of(machine(env)).monitored
    here = id_of(measured.floor, "M-1")

    assert f'href="/equipment/{here}/trend"' in visitor(measured.floor, "vera").get(f"/equipment/{here}")


def test_a_name_cannot_end_the_data_of_the_chart(measured: Plant) -> None:
    with measured.floor.env() as env:
        env.get(Tag, _tag(measured, "load")).path = "Mill/<script>alert(1)<"

    page = _page(measured, "span=hour")

    assert "<script>alert" not in page
    assert ["<script>alert(1)<", "override"] in _names(page)


@pytest.mark.parametrize("span", ["hour", "8h", "month", "year"])
def test_the_page_needs_four_statements_of_its_own(measured: Plant, span: str) -> None:
    client, shell = visitor(measured.floor, "vera"), "/-/keys"
    _sent(measured, client, shell)
    url = _url(measured, f"span={span}")
    _sent(measured, client, url)

    assert _sent(measured, client, url) - _sent(measured, client, shell) <= OWN


def _sent(plant: Plant, client: Visitor, url: str) -> int:
    with statements(plant.floor.site.engine) as sent:
        client.get(url)
    return len(sent)


def test_the_page_speaks_german(measured: Plant) -> None:
    with measured.floor.env() as env:
        one(env, User, login="vera").locale = "de"

    page = _page(measured)

    assert "Minutenmittel" in page
    assert "Verkleinern" in page


@pytest.mark.parametrize(
    ("greatest", "decimals"), [(0, 0), (0.0123, 4), (7.5, 2), (54, 1), (7980, 0), (1e-9, 6)]
)
def test_a_figure_keeps_three_digits(greatest: float, decimals: int) -> None:
    assert places(greatest) == decimals
