"""What a trend shows as figures: for the chart as JSON, as a table, and as the columns and rows of a file."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cached_property, lru_cache
from math import floor, log10

from addons.mes_equipment.actions.trending import Series, TagNow, Trend
from addons.mes_equipment.rules.resolution import Resolution
from addons.mes_equipment.web.zoom import Zoom, local
from core import _
from core.formats.column import Column as FileColumn
from core.formats.column import ColumnType
from core.formats.column import Value as Plain
from core.web.cells import EMPTY, Column, Row, Value
from core.web.format import number
from core.web.parts import Words
from core.web.request import reader

#: What a reading of a gauge has of digits; more are noise.
_DIGITS = 3
_MOST_PLACES = 6
#: One more to the chart, since a curve has steps of no pixel.
DRAWN_DIGITS = _DIGITS + 1
#: Digits that an average carries in a file.
_EXACT = 9

MEANS: Mapping[Resolution, Words] = {
    Resolution.READING: _("Every reading"),
    Resolution.MINUTE: _("Means by minute, band from lowest to highest"),
    Resolution.HOUR: _("Means by hour, band from lowest to highest"),
    Resolution.DAY: _("Means by day, band from lowest to highest"),
}


@dataclass(frozen=True)
class Drawn:
    """A tag and what it had."""

    tag: TagNow
    series: Series

    #: Of all its values.
    least: float
    greatest: float

    @cached_property
    def places(self) -> int:
        """Decimals, as many as the greatest of its values has use for."""
        return places(max(abs(self.least), abs(self.greatest)))


def drawn(trend: Trend, tags: Sequence[TagNow]) -> list[Drawn]:
    """Those of `tags` that had any value."""
    found = []
    for tag in tags:
        series = trend.series.get(tag.id)
        if series and series.least is not None and series.greatest is not None:
            found.append(Drawn(tag, series, series.least, series.greatest))
    return found


def places(greatest: float) -> int:
    """Decimals that leave a value of this size three digits."""
    if not greatest:
        return 0
    return min(max(_DIGITS - 1 - floor(log10(greatest)), 0), _MOST_PLACES)


@lru_cache(maxsize=4096)
def figure(locale: str, value: float, decimals: int) -> str:
    """As whoever reads in `locale` writes it."""
    return number(locale, Decimal(repr(value)), decimals)


def chart(zoom: Zoom, trend: Trend, shown: Sequence[Drawn]) -> str:
    """What core/web/static/js/chart.js draws: a chart for each unit, one below the other."""
    units = dict.fromkeys(each.tag.unit for each in shown)
    about = {
        "zero": trend.zero.timestamp(), "begin": zoom.begin.timestamp(), "length": zoom.length.total_seconds(),
        "step": trend.resolution.value, "zone": reader().zone,
    }  # fmt: skip
    text = _object(about, charts=_array(_chart(unit, trend.resolution, shown) for unit in units))
    # In an HTML page the text must not end its element.
    return text.replace("<", "\\u003c")


def _chart(unit: str, resolution: Resolution, shown: Sequence[Drawn]) -> str:
    lines = (_line(each, resolution) for each in shown if each.tag.unit == unit)
    return _object({"unit": unit, "limits": _limits(shown)}, series=_array(lines))


def _limits(shown: Sequence[Drawn]) -> Sequence[float]:
    """The span of the only tag that is drawn."""
    return shown[0].series.limits if len(shown) == 1 else []


def _line(each: Drawn, resolution: Resolution) -> str:
    series = each.series
    plain = {"name": each.tag.name, "places": each.places, "holds": series.holds, "scale": series.mean.scale}
    columns = {"at": series.at, "value": series.mean}
    if resolution is not Resolution.READING:
        columns |= {"low": series.low, "high": series.high}
    return _object(plain, **{name: _array([column.text]) for name, column in columns.items()})


def _object(plain: Mapping[str, object], **written: str) -> str:
    """A JSON object, of which some is written as JSON already."""
    members = {name: json.dumps(value, ensure_ascii=False) for name, value in plain.items()} | written
    return "{" + ",".join(f'"{name}":{text}' for name, text in members.items()) + "}"


def _array(written: Iterable[str]) -> str:
    return f"[{','.join(written)}]"


@dataclass(frozen=True)
class _Figures:
    """What a tag had at an instant."""

    low: float
    high: float
    mean: float


def lines(
    zoom: Zoom, trend: Trend, shown: Sequence[Drawn]
) -> Iterator[tuple[datetime, list[_Figures | None]]]:
    """The instants at which a tag had a value, with what each had; readings before the window are the line's alone."""
    found: dict[float, list[_Figures | None]] = {}
    for n, each in enumerate(shown):
        columns = (c.values for c in (each.series.at, each.series.low, each.series.high, each.series.mean))
        for at, low, high, mean in zip(*columns, strict=True):
            if at is not None and low is not None and high is not None and mean is not None:
                found.setdefault(at, [None] * len(shown))[n] = _Figures(low, high, mean)
    for at in sorted(found):
        instant = trend.zero + timedelta(seconds=at)
        if trend.resolution is not Resolution.READING or instant >= zoom.begin:
            yield instant, found[at]


def table(zoom: Zoom, trend: Trend, shown: Sequence[Drawn]) -> tuple[list[Column], list[Row]]:
    """The same numbers to read, the newest first."""
    resolution = trend.resolution
    columns = [Column("at", _("Time") if resolution is Resolution.READING else _("From"), slot="key")]
    columns += [Column(str(e.tag.id), _titled(e.tag), "end", slot="amount") for e in shown]
    locale = reader().locale
    rows = [
        Row(n, "", str(at), [
            Value("text", _when(at, resolution)),
            *(_cell(each, found, resolution, locale) for each, found in zip(shown, figures, strict=True)),
        ])
        for n, (at, figures) in enumerate(lines(zoom, trend, shown))
    ]  # fmt: skip
    return columns, rows[::-1]


def _cell(each: Drawn, found: _Figures | None, resolution: Resolution, locale: str) -> Value:
    if found is None:
        return EMPTY
    decimals = each.places
    between = "" if resolution is Resolution.READING else str(
        _("{low} to {high}", low=figure(locale, found.low, decimals), high=figure(locale, found.high, decimals))
    )  # fmt: skip
    return Value("number", figure(locale, found.mean, decimals), sub=between)


def _when(at: datetime, resolution: Resolution) -> str:
    read = reader()
    if resolution is Resolution.DAY:
        return read.day(local(at).date(), weekday=True)
    return read.moment(at) + (local(at).strftime(":%S") if resolution is Resolution.READING else "")


def columns(resolution: Resolution, shown: Sequence[Drawn]) -> list[FileColumn]:
    """Of a file."""
    found = [
        FileColumn(str(_("Time") if resolution is Resolution.READING else _("From")), ColumnType.DATETIME)
    ]
    for each in shown:
        title = _titled(each.tag)
        names = [title] if resolution is Resolution.READING else [
            str(_("{tag}, mean", tag=title)), str(_("{tag}, lowest", tag=title)), str(_("{tag}, highest", tag=title)),
        ]  # fmt: skip
        found += [FileColumn(name, ColumnType.DECIMAL, 0) for name in names]
    return found


def rows(zoom: Zoom, trend: Trend, shown: Sequence[Drawn]) -> Iterator[list[Plain]]:
    """Of a file."""
    figures_each = 1 if trend.resolution is Resolution.READING else 3
    for at, figures in lines(zoom, trend, shown):
        row: list[Plain] = [at]
        for found in figures:
            each = (None,) * 3 if found is None else (found.mean, found.low, found.high)
            row += [_exact(value) for value in each[:figures_each]]
        yield row


def _titled(tag: TagNow) -> str:
    return f"{tag.name}, {tag.unit}" if tag.unit else tag.name


def _exact(value: float | None) -> Decimal | None:
    return None if value is None else Decimal(f"{value:.{_EXACT}g}")
