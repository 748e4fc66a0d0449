"""The addons of the site for administrators: how they are, what they hold, and what a change would do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from flask import Blueprint, Response, request
from sqlalchemy import Connection

from core.addon import BASE, Package, discover
from core.errors import AddonError, NotFound
from core.i18n import Text, _
from core.migrate import drift, history, planning
from core.migrate.holding import Holding, holdings
from core.migrate.planning import Foreseen
from core.orm import guards, installed
from core.orm.installed import AddonState, Record
from core.web.cells import EMPTY, Column, Row, Value
from core.web.format import file_size
from core.web.parts import Crumb, Note, Page, Switch, Words
from core.web.request import reader, site
from core.web.shipped import require_administrator
from core.web.table import body
from core.web.templating import render

blueprint = Blueprint("addons", __name__)

URL = "/-/addons"
_COLUMNS = (
    Column("addon", _("Addon"), slot="key"), Column("version", _("Version"), soft=True),
    Column("state", _("State"), slot="state"), Column("health", _("Health"), slot="about"),
    Column("rows", _("Rows"), align="end"), Column("size", _("Size"), align="end", slot="amount"),
    Column("needed", _("Needed by"), soft=True),
)  # fmt: skip
_TABLE_COLUMNS = (
    Column("table", _("Table"), slot="key"), Column("rows", _("Rows"), align="end", slot="amount"),
    Column("size", _("Size"), align="end"),
)  # fmt: skip
#: What may be done with an addon, by its state; None is one that is not on the site.
_CHANGES: Mapping[AddonState | None, Sequence[tuple[str, Text]]] = {
    None: (("install", _("Install")),),
    AddonState.INSTALLED: (("disable", _("Disable")), ("archive", _("Archive")), ("purge", _("Purge"))),
    AddonState.DISABLED: (("enable", _("Enable")), ("archive", _("Archive")), ("purge", _("Purge"))),
    AddonState.QUARANTINED: (("disable", _("Disable")), ("archive", _("Archive")), ("purge", _("Purge"))),
}
_TONES = {AddonState.INSTALLED: "ok", AddonState.DISABLED: "", AddonState.QUARANTINED: "bad"}


@dataclass(frozen=True)
class Known:
    """An addon as its package and the database know it; either may be missing."""

    name: str
    package: Package | None
    record: Record | None
    #: Why its package cannot be read.
    unreadable: str = ""

    @property
    def title(self) -> str:
        return str(self.package.addon.title if self.package else "") or self.name

    @property
    def state(self) -> AddonState | None:
        return self.record.state if self.record else None

    @property
    def version(self) -> str:
        return self.record.version if self.record else self.package.version if self.package else ""


@dataclass(frozen=True)
class ListPage:
    """What addons.html.jinja shows of all."""

    columns: Sequence[Column]
    body: object


@dataclass(frozen=True)
class Asked:
    """A change that somebody asked about: what it would do, and the command that does it."""

    label: Words
    foreseen: Foreseen
    command: str


@dataclass(frozen=True)
class AddonPage:
    """What addon.html.jinja shows of one."""

    about: str
    state: Value
    facts: Sequence[tuple[Words, str]]
    health: Sequence[Note]
    columns: Sequence[Column]
    rows: Sequence[Row]
    changes: Sequence[Switch]
    asked: Asked | None


@blueprint.get(URL)
def show() -> Response:
    """Every addon there is, and what this site has of it."""
    require_administrator()
    known = _known()
    with site().engine.connect() as connection:
        rows = [_row(connection, each, known) for each in known.values()]
    title = _("Addons")
    page = Page(title, crumbs=[Crumb(_("Settings"), "/-/settings"), Crumb(title)])
    listed = ListPage(_COLUMNS, body(_COLUMNS, rows, selectable=False))
    return render("addons.html.jinja", page, addons=listed)


@blueprint.get(f"{URL}/<name>")
def show_one(name: str) -> Response:
    """One addon; with `plan` what that change of it would do."""
    require_administrator()
    known = _known()
    one = known.get(name)
    if one is None:
        raise NotFound(_("There is no addon {name}. dovetail addons lists those there are.", name=name))
    verb = request.args.get("plan", "")
    with site().engine.connect() as connection:
        held = holdings(connection, one.record.tables) if one.record else []
        page = AddonPage(
            one.package.description if one.package else "",
            _state(one),
            list(_facts(one, known, held)),
            list(_findings(connection, one)) or _well(one),
            _TABLE_COLUMNS,
            [_table_row(each) for each in held],
            [Switch(label, f"{URL}/{name}?plan={change}", change == verb) for change, label in _changes(one)],
            _asked(one, verb),
        )
    crumbs = [Crumb(_("Settings"), "/-/settings"), Crumb(_("Addons"), URL), Crumb(one.title)]
    return render("addon.html.jinja", Page(one.title, name, crumbs=crumbs), addon=page)


def _known() -> dict[str, Known]:
    """The addons that there are as packages or in the database, base first."""
    unreadable: dict[str, AddonError] = {}
    available = discover(unreadable)
    for package in site().packages:
        available.setdefault(package.name, package)
    with site().engine.connect() as connection:
        records = installed.records(connection)
    names = sorted({*available, *records, *unreadable}, key=lambda each: (each != BASE, each))
    return {
        name: Known(name, available.get(name), records.get(name), str(unreadable.get(name, "")))
        for name in names
    }


def _row(connection: Connection, one: Known, known: Mapping[str, Known]) -> Row:
    held = holdings(connection, one.record.tables) if one.record else []
    finding = next(_quick_findings(connection, one), None)
    health = Value("text", str(finding.text), tone=finding.tone) if finding else _in_order(one)
    cells = [
        Value("key", one.title, url=f"{URL}/{one.name}", sub=one.name),
        Value("text", one.version), _state(one), health, _rows(held), _size(held),
        Value("text", ", ".join(_needed_by(one.name, known))),
    ]  # fmt: skip
    return Row(0, f"{URL}/{one.name}", one.name, cells)


def _in_order(one: Known) -> Value:
    return Value("text", str(_("In order"))) if one.record else EMPTY


def _state(one: Known) -> Value:
    if one.record is None:
        return _tag(_("Not on this site"))
    return _tag(one.record.state.label, _TONES[one.record.state])


def _tag(text: Words, tone: str = "") -> Value:
    return Value("tags", items=[Value("text", str(text), tone=tone)])


def _quick_findings(connection: Connection, one: Known) -> Iterator[Note]:
    """What is wrong that can be told at once."""
    if one.unreadable:
        yield Note(one.unreadable, tone="bad")
    record, package = one.record, one.package
    if record is None:
        return
    if record.state is AddonState.QUARANTINED:
        yield Note(record.reason, tone="bad")
    if package is None:
        yield Note(_("Its package is not installed."), tone="bad")
    elif record.state is AddonState.INSTALLED and history.head(package) != record.revision:
        yield Note(_("Migrations have not run. dovetail upgrade runs them."), tone="bad")
    elif package in site().packages:
        wrong = guards.drift(connection, one.name, record.tables)
        if wrong:
            yield Note(wrong[0], tone="bad")


def _findings(connection: Connection, one: Known) -> Iterator[Note]:
    """All that is wrong: what dovetail doctor says of its tables, too."""
    found = list(_quick_findings(connection, one))
    if not found and one.package in site().packages and one.package is not None:
        found = [Note(line, tone="warn") for line in drift.drift(connection, one.package)]
    yield from found


def _well(one: Known) -> list[Note]:
    return [Note(_("Everything is as it should be."), tone="ok")] if one.record else []


def _needed_by(name: str, known: Mapping[str, Known]) -> list[str]:
    records = {each.name: each.record for each in known.values() if each.record is not None}
    return installed.dependants(name, records) if name != BASE else []


def _facts(one: Known, known: Mapping[str, Known], held: Sequence[Holding]) -> Iterator[tuple[Words, str]]:
    yield _("Version"), one.version
    if one.record is not None:
        yield _("Migration"), one.record.revision or "-"
        yield _("Installed"), reader().moment(one.record.installed_at)
        yield _("Rows"), _rows(held).text
        yield _("Size"), _size(held).text or "-"
    yield (
        _("Needs"),
        ", ".join(one.package.needs if one.package else one.record.needs if one.record else ()) or "-",
    )
    yield _("Needed by"), ", ".join(_needed_by(one.name, known)) or "-"


def _rows(held: Sequence[Holding]) -> Value:
    if not held:
        return EMPTY
    figure = reader().number(sum(each.rows for each in held))
    about = any(each.is_estimate for each in held)
    return Value("quantity", str(_("about {rows}", rows=figure)) if about else figure)


def _size(held: Sequence[Holding]) -> Value:
    sizes = [each.size_bytes for each in held]
    if not sizes or None in sizes:
        return EMPTY
    return Value("quantity", file_size(reader(), sum(size for size in sizes if size is not None)))


def _table_row(each: Holding) -> Row:
    return Row(0, "", each.table, [Value("text", each.table), _rows([each]), _size([each])])


def _changes(one: Known) -> Sequence[tuple[str, Text]]:
    """What may be done with it; base stays, and a join comes and goes with its partners."""
    is_join = "." in one.name
    return () if one.name == BASE or is_join or one.unreadable else _CHANGES[one.state]


def _asked(one: Known, verb: str) -> Asked | None:
    label = dict(_changes(one)).get(verb)
    if label is None:
        return None
    command = f"dovetail --site {site().folder} addons {verb} {one.name}"
    return Asked(label, planning.foreseen(site().folder, verb, one.name), command)
