"""The page of overall equipment effectiveness: from planned busy time to what it was worth, and what is compared."""

from __future__ import annotations

import io
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from flask import Blueprint, Response, request, send_file
from markupsafe import Markup

from addons.mes_equipment.actions.policy import policy
from addons.mes_equipment.actions.reading import elements_by_shift
from addons.mes_equipment.models import CountEvent, CountKind, Loss
from addons.mes_equipment.rules import kpi
from addons.mes_equipment.rules.element import Elements, total
from addons.mes_equipment.rules.kpi import LossTree, Policy
from addons.mes_equipment.web import showing
from addons.mes_equipment.web.asking import Asked, asked
from core import UserError, _, plural
from core.formats.column import Column as FileColumn
from core.formats.column import ColumnType
from core.web.cells import Column, Row, Value
from core.web.exports import FORMATS
from core.web.parts import Action, Crumb, Empty, Note, Page, Switch, Words
from core.web.request import env, reader
from core.web.table import body
from core.web.templating import render
from core.web.urls import list_url, with_query

blueprint = Blueprint("effectiveness", __name__)

FILE = f"{showing.OEE}/file"


@dataclass(frozen=True)
class Ratio:
    """An indicator, with how it is made up."""

    label: Words
    percent: str
    formula: str = ""


@dataclass(frozen=True)
class Step:
    """A row of the waterfall: from where to where it reaches, and what it is."""

    label: Words
    url: str
    x: str
    width: str
    kind: str
    hours: str
    percent: str
    iso: Words = ""
    nakajima: Words = ""


@dataclass(frozen=True)
class OeePage:
    """What effectiveness.html.jinja shows."""

    asked: Asked
    groupings: Sequence[Switch]
    by: str
    iso: Sequence[Ratio]
    nakajima: Sequence[Ratio]
    steps: Sequence[Step]
    notes: Sequence[Note]
    columns: Sequence[Column]
    body: Markup | None
    exports: Sequence[Action]
    empty: Empty | None


@dataclass(frozen=True)
class Grouped:
    """The time elements of a row, and where it leads."""

    label: str
    url: str
    elements: Elements


_GROUPINGS: Mapping[str, Words] = {
    "equipment": _("Equipment"), "area": _("Area"), "shift": _("Shift"), "day": _("Day"), "week": _("Week"),
    "order": _("Work order"),
}  # fmt: skip


@blueprint.get(showing.OEE)
def show() -> Response:
    """The effectiveness of a place over a period, grouped `by` one of several."""
    showing.require_reader()
    at = env()
    about, rule = asked(at, showing.OEE), policy(at)
    groups = _grouped(about, _by())
    e = total(group.elements for group in groups)
    columns, rows = _table(groups, rule)
    shown = OeePage(
        about, [Switch(label, about.link(by=name), name == _by()) for name, label in _GROUPINGS.items()], _by(),
        list(_iso(e, rule)), list(_nakajima(e, rule)), list(_steps(about, e, rule)), list(_notes(e, rule)),
        columns, body(columns, rows, selectable=False) if rows else None,
        [Action(form.label, about.link(FILE, by=_by(), format=form.name), "download") for form in FORMATS.values()],
        None if e.operation_time else _nothing(),
    )  # fmt: skip
    title = _("OEE")
    page = Page(title, about.text, [Crumb(_("Equipment"), showing.BOARD), Crumb(title)])
    return render("mes_equipment/effectiveness.html.jinja", page, oee=shown)


@blueprint.get(FILE)
def file() -> Response:
    """The rows of the table as a file, with plain seconds and shares of one."""
    showing.require_reader()
    at = env()
    about, rule, form = asked(at, showing.OEE), policy(at), FORMATS.get(request.args.get("format", ""))
    if form is None:
        raise UserError(_("Files are written as {known}.", known=", ".join(FORMATS)))
    target = io.BytesIO()
    columns = [FileColumn(str(_GROUPINGS[_by()])), *(
        FileColumn(str(column.label), ColumnType.DECIMAL, 4 if column.is_share else 0) for column in _FIGURES
    )]  # fmt: skip
    rows = (
        [group.label, *(column.read(group.elements, rule) for column in _FIGURES)]
        for group in _grouped(about, _by())
    )
    form.write(target, columns, rows)
    target.seek(0)
    return send_file(target, form.mime, as_attachment=True, download_name=f"oee.{form.name}")


def _by() -> str:
    found = request.args.get("by", "equipment")
    return found if found in _GROUPINGS else "equipment"


def _grouped(about: Asked, by: str) -> list[Grouped]:
    """Sums by what they are compared by, in the order of the floor or of time."""
    parts: dict[str, list[Elements]] = defaultdict(list)
    links: dict[str, str] = {}
    areas = {spot.id: area.spot for area in about.floor for spot in area.equipment}
    for shift in elements_by_shift(env(), about.equipment_ids, about.first, about.last):
        monday = shift.day - timedelta(days=shift.day.weekday())
        day, area = {"from": shift.day.isoformat(), "to": shift.day.isoformat()}, areas[shift.equipment_id]
        for key, e in shift.by_work.items():
            label, link = {
                "equipment": (about.labels[shift.equipment_id], f"{showing.BOARD}/{shift.equipment_id}"),
                "area": (area.name, about.link(by="equipment", **{"in": str(area.id)})),
                "shift": (shift.name, ""),
                "day": (reader().day(shift.day, weekday=True), about.link(by="equipment", **day)),
                "week": (reader().period(monday, "week"), ""),
                "order": (key.order or str(_("No order")), ""),
            }[by]
            parts[label].append(e)
            links[label] = link
    order = list(about.labels.values()) if by == "equipment" else list(parts)
    return [Grouped(label, links[label], total(parts[label])) for label in order if label in parts]


def _iso(e: Elements, rule: Policy) -> Iterator[Ratio]:
    yield Ratio(_("OEE"), showing.percent(kpi.oee(e, rule)), "A · E · Q")
    yield Ratio(_("Availability"), showing.percent(kpi.availability(e, rule)), "APT / PBT")
    yield Ratio(_("Effectiveness"), showing.percent(kpi.effectiveness(e)), "PRI·PQ / APT")
    yield Ratio(_("Quality"), showing.percent(kpi.quality_ratio(e)), "GQ / PQ")


def _nakajima(e: Elements, rule: Policy) -> Iterator[Ratio]:
    split = kpi.nakajima(e, rule)
    yield Ratio(_("Availability"), showing.percent(split.availability), "(PBT - L1 - L2) / PBT")
    yield Ratio(_("Performance"), showing.percent(split.performance), "PRI·PQ / (PBT - L1 - L2)")
    yield Ratio(_("Quality"), showing.percent(split.quality), "GQ / PQ")


def _steps(about: Asked, e: Elements, rule: Policy) -> Iterator[Step]:
    """Planned busy time, each loss taken off its end, and what is left."""
    tree = kpi.loss_tree(e, rule)
    if tree is None or not tree.planned_busy:
        return
    whole, reached = Decimal(tree.planned_busy), Decimal(tree.planned_busy)
    yield _step(_("Planned busy time"), "", Decimal(0), whole, whole, "whole")
    for label, url, seconds, iso, nakajima in _losses(about, tree):
        reached -= seconds
        kind = "gain" if seconds < 0 else "loss"
        at = reached if seconds >= 0 else reached + seconds
        yield _step(label, url, at, seconds, whole, kind, iso, nakajima)
    yield _step(_("Valuable time"), "", Decimal(0), tree.valuable, whole, "left")


def _losses(about: Asked, tree: LossTree) -> Iterator[tuple[Words, str, Decimal, Words, Words]]:
    """Each loss with what explains it, and which factor it lowers after ISO and after Nakajima."""
    available, effective, performs, quality = (
        _("Availability"),
        _("Effectiveness"),
        _("Performance"),
        _("Quality"),
    )

    def stops(loss: str) -> str:
        return about.link(showing.LOSSES, loss=loss)

    rejects = [("f.kind", CountKind.SCRAP.value), ("f.kind", CountKind.REWORK.value)]
    pieces = with_query(list_url(CountEvent), [*rejects, ("f.equipment_id", str(_machine(about) or ""))])
    yield Loss.BREAKDOWN.label, stops("breakdown"), Decimal(tree.breakdown), available, available
    yield Loss.SETUP.label, stops("setup"), Decimal(tree.setup), available, available
    yield Loss.MINOR_STOP.label, stops("minor_stop"), Decimal(tree.minor_stop), available, performs
    if tree.unknown:
        yield _("Unknown"), stops("unknown"), Decimal(tree.unknown), available, performs
    yield Loss.SPEED.label, about.link(by="order"), tree.speed, effective, performs
    yield Loss.DEFECT.label, pieces, tree.defect, quality, quality
    yield Loss.STARTUP.label, pieces, tree.startup, quality, quality


def _machine(about: Asked) -> int:
    """The equipment that the page is about, 0 for several."""
    return about.place if about.place in about.labels else 0


def _step(
    label: Words, url: str, at: Decimal, seconds: Decimal, whole: Decimal, kind: str, iso: Words = "",
    nakajima: Words = "",
) -> Step:  # fmt: skip
    return Step(
        label, url, showing.part(at, whole), showing.part(abs(seconds), whole), kind, showing.hours(seconds),
        showing.percent(seconds / whole), iso, nakajima,
    )  # fmt: skip


def _notes(e: Elements, rule: Policy) -> Iterator[Note]:
    """What a person must know before they believe the figures."""
    if e.unrated:
        words = plural(
            "{count} piece was made without a planned run time, so that no OEE can be told. {advice}",
            "{count} pieces were made without a planned run time, so that no OEE can be told. {advice}",
            int(e.unrated),
            advice=_("Give the item a routing, or the equipment a nominal cycle."),
        )
        yield Note(words, "warn")
    if kpi.is_too_fast(e):
        yield Note(
            _("Effectiveness is above 100 %: more was made than the planned run time allows. Check it."),
            "warn",
        )
    if e.unknown:
        hours = showing.hours(e.unknown)
        words = (
            _(
                "Of {hours} h nothing is known; by the company's settings they lower availability.",
                hours=hours,
            )
            if rule.unknown_counts
            else _("Of {hours} h nothing is known; by the company's settings they are left out.", hours=hours)
        )
        yield Note(words)


@dataclass(frozen=True)
class _Figure:
    """A column of the table and of the file."""

    name: str
    label: Words
    read: Callable[[Elements, Policy], Decimal | None]
    is_share: bool = False
    slot: str = ""


def _loss(name: str) -> Callable[[Elements, Policy], Decimal | None]:
    def seconds(e: Elements, rule: Policy) -> Decimal | None:
        tree = kpi.loss_tree(e, rule)
        return None if tree is None else Decimal(getattr(tree, name))

    return seconds


_FIGURES = (
    _Figure("oee", _("OEE"), kpi.oee, is_share=True, slot="amount"),
    _Figure("availability", _("Availability"), kpi.availability, is_share=True),
    _Figure("effectiveness", _("Effectiveness"), lambda e, _rule: kpi.effectiveness(e), is_share=True),
    _Figure("quality", _("Quality"), lambda e, _rule: kpi.quality_ratio(e), is_share=True),
    _Figure("planned_busy", _("Planned busy"), lambda e, rule: Decimal(kpi.planned_busy_time(e, rule))),
    _Figure("breakdown", Loss.BREAKDOWN.label, lambda e, _rule: Decimal(e.breakdown)),
    _Figure("setup", _("Set-up"), lambda e, _rule: Decimal(e.setup_loss)),
    _Figure("minor_stop", _("Minor stops"), lambda e, _rule: Decimal(e.minor_loss)),
    _Figure("speed", _("Speed"), _loss("speed")),
    _Figure("defect", _("Defects"), _loss("defect")),
    _Figure("startup", _("Start-up"), _loss("startup")),
    _Figure("unknown", _("Unknown"), lambda e, _rule: Decimal(e.unknown)),
    _Figure("valuable", _("Valuable"), _loss("valuable"), slot="date"),
)


def _table(groups: Sequence[Grouped], rule: Policy) -> tuple[list[Column], list[Row]]:
    columns = [Column("label", _GROUPINGS[_by()], slot="key")]
    columns += [
        Column(f.name, f.label if f.is_share else _("{loss}, h", loss=f.label), "end", slot=f.slot) for f in _FIGURES
    ]  # fmt: skip
    rows = [
        Row(n, group.url, group.label, [
            Value("key" if group.url else "text", group.label, group.url),
            *(_value(figure, group.elements, rule) for figure in _FIGURES),
        ])
        for n, group in enumerate(groups)
    ]  # fmt: skip
    return columns, rows


def _value(figure: _Figure, e: Elements, rule: Policy) -> Value:
    found = figure.read(e, rule)
    if figure.name == "effectiveness" and kpi.is_too_fast(e):
        return Value(
            "mark", f"{showing.percent(found)} %", level="warn", title=str(_("Check the planned run time"))
        )
    if figure.is_share:
        return Value("number", showing.percent(found), unit="" if found is None else "%")
    return Value("number", showing.NO_FIGURE if found is None else showing.hours(found))


def _nothing() -> Empty:
    return Empty(
        _("No shift in this period"),
        _("Time is reckoned within shifts. Plan them from the calendar, or choose another period."), "calendar",
    )  # fmt: skip
