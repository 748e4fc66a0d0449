"""The stretch of time that a trend's address asks for, and the addresses of those around it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from flask import request

from core import UserError, _, now
from core.base.written import instant
from core.web.parts import Switch, Words
from core.web.request import reader
from core.web.urls import with_query

#: What may be looked at: less shows nothing, and of more there is no summary.
LEAST, MOST = timedelta(seconds=10), timedelta(days=1461)
_DAY = timedelta(days=1)
_SPANS: Mapping[str, tuple[Words, timedelta]] = {
    "10min": (_("10 min"), timedelta(minutes=10)), "hour": (_("Hour"), timedelta(hours=1)),
    "8h": (_("8 h"), timedelta(hours=8)), "day": (_("Day"), _DAY), "week": (_("Week"), 7 * _DAY),
    "month": (_("Month"), 30 * _DAY), "year": (_("Year"), 365 * _DAY),
}  # fmt: skip
_DEFAULT = "8h"


@dataclass(frozen=True)
class Zoom:
    """From when to when; `span` is its name where it is one that ends now."""

    url: str
    begin: datetime
    end: datetime
    span: str
    #: The rest of the address, which every link keeps.
    kept: Sequence[tuple[str, str]]

    @property
    def length(self) -> timedelta:
        return self.end - self.begin

    @property
    def own(self) -> Sequence[tuple[str, str]]:
        if self.span:
            return [("span", self.span)]
        return [("from", _written(self.begin)), ("to", _written(self.end))]

    @property
    def here(self) -> str:
        return with_query(self.url, [*self.kept, *self.own])

    @property
    def spans(self) -> Iterator[Switch]:
        """Stretches that end now."""
        for name, (label, _length) in _SPANS.items():
            yield Switch(label, with_query(self.url, [*self.kept, ("span", name)]), name == self.span)

    @property
    def earlier(self) -> str:
        return self._link(self.begin - self.length, self.begin)

    @property
    def later(self) -> str:
        """Where the future begins it ends now; "" when it does already."""
        end = min(self.end + self.length, _now())
        return self._link(end - self.length, end) if end > self.end else ""

    @property
    def nearer(self) -> str:
        """The middle half of it."""
        quarter = self.length / 4
        return self._link(self.begin + quarter, self.end - quarter) if self.length >= 2 * LEAST else ""

    @property
    def further(self) -> str:
        """Twice as much about its middle, ending now at the latest."""
        length = min(2 * self.length, MOST)
        end = min(self.end + (length - self.length) / 2, max(_now(), self.end))
        return self._link(end - length, end) if length > self.length else ""

    @property
    def text(self) -> Words:
        read = reader()
        if self.length >= 2 * _DAY:
            return _(
                "{first} to {last}",
                first=read.day(local(self.begin).date()),
                last=read.day(local(self.end).date()),
            )
        last = (
            read.time(self.end)
            if local(self.end).date() == local(self.begin).date()
            else read.moment(self.end)
        )
        return _("{first} to {last}", first=read.moment(self.begin), last=last)

    def typed(self, at: datetime) -> str:
        """An instant as an input takes it."""
        return local(at).strftime("%Y-%m-%dT%H:%M")

    def link(self, url: str, **more: str) -> str:
        """Another address about the same tags and time."""
        return with_query(url, [*self.kept, *self.own, *more.items()])

    def _link(self, begin: datetime, end: datetime) -> str:
        return with_query(self.url, [*self.kept, ("from", _written(begin)), ("to", _written(end))])


def zoom(url: str, kept: Sequence[tuple[str, str]]) -> Zoom:
    """What the address asks for, the last eight hours unless it says otherwise; raises UserError for what is none."""
    first, last = request.args.get("from", ""), request.args.get("to", "")
    name = request.args.get("span", _DEFAULT)
    if not first and not last:
        name = name if name in _SPANS else _DEFAULT
        return Zoom(url, _now() - _SPANS[name][1], _now(), name, kept)
    end = _instant(last) if last else _now()
    begin = _instant(first) if first else end - _SPANS[_DEFAULT][1]
    if not LEAST <= end - begin <= MOST:
        raise UserError(_("Choose a time of 10 seconds to 4 years."))
    return Zoom(url, begin, end, "", kept)


def _now() -> datetime:
    """The end of this second, so that addresses are short and what was just read is there."""
    return now().replace(microsecond=0) + timedelta(seconds=1)


def _instant(text: str) -> datetime:
    return instant(reader().locale, text, reader().zone).astimezone(UTC)


def _written(at: datetime) -> str:
    """To the second where that is exact, as addresses are read by people too."""
    return (
        at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="auto" if at.microsecond else "seconds")
        + "Z"
    )


def local(at: datetime) -> datetime:
    return at.astimezone(ZoneInfo(reader().zone))
