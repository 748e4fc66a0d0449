"""The page of a machine's trends: what its tags had over time, drawn, and what they have now."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from flask import Blueprint, Response, request, send_file
from markupsafe import Markup

from addons.mes_equipment.actions import trending
from addons.mes_equipment.actions.sampling import EXACT
from addons.mes_equipment.actions.trending import Place, TagNow, Trend
from addons.mes_equipment.models import EdgeNode, Tag, TagRole
from addons.mes_equipment.rules.reading import Quality
from addons.mes_equipment.rules.resolution import Resolution, resolution
from addons.mes_equipment.web import figures, showing
from addons.mes_equipment.web.figures import Drawn
from addons.mes_equipment.web.zoom import Zoom, zoom
from core import NotFound, UserError, _, now
from core.web.cells import Column, Row
from core.web.exports import FORMATS
from core.web.parts import Action, Crumb, Empty, Page, Words
from core.web.request import env, reader
from core.web.table import body
from core.web.templating import render
from core.web.urls import list_url, with_query

blueprint = Blueprint("trend", __name__)

#: Tags that are drawn at once, and those that are without being asked for.
MOST, USUAL = 8, 4
#: More tags than a glance takes in get a field to filter them.
_MANY = 12
#: How often what ends now is read anew.
RENEWED_SECONDS = 30
#: Of these there is a value to show.
_SHOWN = (Quality.GOOD, Quality.STALE)
_URL = f"{showing.BOARD}/<int:equipment_id>/trend"


class Choice(NamedTuple):
    """A tag in the list, with what it has now."""

    id: int
    name: str
    path: str
    checked: bool
    drawable: bool
    value: str
    unit: str
    since: str
    lasted: str
    stale: bool


@dataclass(frozen=True)
class TrendPage:
    """What trend.html.jinja shows."""

    url: str
    zoom: Zoom
    tags: Sequence[Choice]
    filter: str
    filtered: bool
    hidden: int
    means: Words
    note: Words
    chart: Markup
    empty: Empty | None
    summary: Words
    table_url: str
    columns: Sequence[Column]
    body: Markup | None
    exports: Sequence[Action]
    #: Seconds until what is shown is read anew; 0 where it stays as it is.
    renewed: int


@dataclass(frozen=True)
class _Asked:
    """What the address asks for and what there is of it."""

    place: Place
    zoom: Zoom
    chosen: Sequence[TagNow]
    dropped: int
    trend: Trend

    @property
    def drawn(self) -> list[Drawn]:
        return figures.drawn(self.trend, self.chosen)


@blueprint.get(_URL)
def show(equipment_id: int) -> Response:
    """Trends of a machine: `tags` are drawn, `from` and `to` or the `span` up to now; `table` has the numbers too."""
    about = _asked(equipment_id, EXACT if _has_table() else figures.DRAWN_DIGITS)
    drawn, place = about.drawn, about.place
    columns, rows = _table(about, drawn)
    shown = TrendPage(
        about.zoom.url, about.zoom, _choices(about), _filter(), len(place.tags) > _MANY, _hidden(about),
        figures.MEANS[about.trend.resolution], _note(about),
        Markup(figures.chart(about.zoom, about.trend, drawn)),  # noqa: S704 -- without a "<"
        _nothing(about, drawn), _summary(drawn), about.zoom.link(about.zoom.url, table="1"), columns,
        body(columns, rows, selectable=False) if rows else None,
        [Action(form.label, about.zoom.link(f"{about.zoom.url}/file", format=form.name), "download")
         for form in FORMATS.values()] if drawn else [],
        RENEWED_SECONDS if about.zoom.span else 0,
    )  # fmt: skip
    title = _("Trend")
    crumbs = [
        Crumb(_("Equipment"), showing.BOARD),
        Crumb(place.code, f"{showing.BOARD}/{place.id}"),
        Crumb(title),
    ]
    page = Page(_("{machine}, trend", machine=place.code), about.zoom.text, crumbs)
    return render("mes_equipment/trend.html.jinja", page, trend=shown)


@blueprint.get(f"{_URL}/file")
def file(equipment_id: int) -> Response:
    """What is drawn, as a file with plain numbers and instants."""
    about, form = _asked(equipment_id, EXACT), FORMATS.get(request.args.get("format", ""))
    if form is None:
        raise UserError(_("Files are written as {known}.", known=", ".join(FORMATS)))
    target = io.BytesIO()
    how, drawn = about.trend.resolution, about.drawn
    form.write(target, figures.columns(how, drawn), figures.rows(about.zoom, about.trend, drawn))
    target.seek(0)
    return send_file(
        target, form.mime, as_attachment=True, download_name=f"{about.place.code}-trend.{form.name}"
    )


def _asked(equipment_id: int, digits: int) -> _Asked:
    showing.require_reader()
    place = trending.place(env(), equipment_id)
    chosen = _chosen(place)
    url = f"{showing.BOARD}/{place.id}/trend"
    kept = [("tags", ",".join(str(tag.id) for tag in chosen) or "0")] if "tags" in request.args else []
    window = zoom(url, [*kept, ("q", _filter())])
    found = trending.trend(env(), [tag.id for tag in chosen[:MOST]], window.begin, window.end, digits)
    return _Asked(place, window, chosen[:MOST], len(chosen[MOST:]), found)


def _chosen(place: Place) -> list[TagNow]:
    """The tags that the address names (0 is none), or the first values that were ever heard. Raises NotFound."""
    drawable = [tag for tag in place.tags if tag.is_number]
    if "tags" not in request.args:
        return [tag for tag in drawable if tag.role is TagRole.VALUE and isinstance(tag.value, float)][:USUAL]
    asked = {text for part in request.args.getlist("tags") for text in part.split(",")} - {"", "0"}
    found = [tag for tag in drawable if str(tag.id) in asked]
    if len(found) < len(asked):
        raise NotFound(_("There is no such tag at this equipment."))
    return found


def _filter() -> str:
    return request.args.get("q", "").strip()


def _choices(about: _Asked) -> list[Choice]:
    """All that match the filter, and what is drawn."""
    words = _filter().casefold().split()
    drawn = {tag.id for tag in about.chosen}
    present, locale = now(), reader().locale
    return [
        _choice(tag, tag.id in drawn, present, locale)
        for tag in about.place.tags
        if tag.id in drawn or all(word in tag.path.casefold() for word in words)
    ]


def _choice(tag: TagNow, checked: bool, present: datetime, locale: str) -> Choice:
    since = lasted = ""
    if tag.at is not None:
        since, lasted = tag.at.isoformat(), showing.lasted((present - tag.at).total_seconds())
    unit = tag.unit if isinstance(tag.value, float) else ""
    return Choice(
        tag.id, tag.name, tag.path, checked, tag.is_number, _value(tag, locale), unit, since, lasted,
        tag.is_stale(present),
    )  # fmt: skip


def _value(tag: TagNow, locale: str) -> str:
    if tag.value is None or tag.quality not in _SHOWN:
        return showing.NO_FIGURE
    if isinstance(tag.value, str):
        return tag.value
    return figures.figure(locale, tag.value, figures.places(abs(tag.value)))


def _has_table() -> bool:
    return request.args.get("table") == "1"


def _hidden(about: _Asked) -> int:
    return len(about.place.tags) - len(_choices(about)) if _filter() else 0


def _table(about: _Asked, drawn: Sequence[Drawn]) -> tuple[list[Column], list[Row]]:
    if not _has_table() or not drawn:
        return [], []
    return figures.table(about.zoom, about.trend, drawn)


def _note(about: _Asked) -> Words:
    """What a person would else take for something it is not."""
    if about.dropped:
        return _("At most {most} tags are drawn at once.", most=MOST)
    if about.trend.resolution is Resolution.MINUTE and resolution(about.zoom.length) is Resolution.READING:
        return _("There are too many readings to draw each.")
    return ""


def _summary(drawn: Sequence[Drawn]) -> Words:
    """The chart in words, for who does not see it."""
    figure, locale = figures.figure, reader().locale
    return "; ".join(
        str(_("{tag}: {low} to {high} {unit}", tag=each.tag.name, unit=each.tag.unit,
              low=figure(locale, each.least, each.places), high=figure(locale, each.greatest, each.places)))
        for each in drawn
    )  # fmt: skip


def _nothing(about: _Asked, drawn: Sequence[Drawn]) -> Empty | None:
    if drawn:
        return None
    if not about.place.tags:
        return _no_tags()
    if not about.chosen:
        return Empty(_("No tag is chosen"), _("Tick what is to be drawn."), "chart-line")
    last = max((tag.at for tag in about.chosen if tag.at is not None), default=None)
    if last is None:
        return Empty(_("Nothing was ever heard of these tags"), _("Look at the edge node that sends them."),
                     "chart-line", [Action(EdgeNode.plural, list_url(EdgeNode))])  # fmt: skip
    there = [
        ("from", (last - about.zoom.length / 2).isoformat()),
        ("to", (last + about.zoom.length / 2).isoformat()),
    ]
    url = with_query(about.zoom.url, [*about.zoom.kept, *there])
    words = _("The last reading is of {time}.", time=reader().instant(last))
    return Empty(_("No readings in this time"), words, "chart-line", [Action(_("Show them"), url)])


def _no_tags() -> Empty:
    words = _(
        "A tag is there as soon as a machine sends it. Give it this work centre, and its readings are drawn here."
    )
    may = env().site.access.may(env().principal, "write", Tag)
    return Empty(_("No tag belongs to this equipment"), words, "plug-connected",
                 [Action(Tag.plural, list_url(Tag), primary=may)])  # fmt: skip
