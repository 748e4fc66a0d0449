"""Sample models for tests of the access gate: boxes on shelves, with labels and notes; a safe for nobody."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Engine, insert
from sqlalchemy.orm import Mapped, configure_mappers

from core import clock, hookspecs, plugins
from core.base.models import Company, User
from core.i18n import _
from core.orm.engine import engine_for
from core.orm.env import Env, Principal, Site, open_env
from core.orm.facet import Facet
from core.orm.field import children, field, link, part_of, reference
from core.orm.model import Base, Model, OfCompany, SharedByCompanies
from core.orm.types import Code, Name
from core.security.access import AccessRules
from core.security.role import Grant, Role, Scope

OURS, THEIRS = 1, 2
ME, COLLEAGUE = 5, 9

storekeeper = Role("sample.storekeeper", _("Storekeeper"))
picker = Role("sample.picker", _("Picker"), help=_("Works with their own boxes alone."))
reader = Role("sample.reader", _("Reader"))
appraiser = Role("sample.appraiser", _("Appraiser"))


class SampleShelf(OfCompany, Model):
    """Where boxes stand."""

    __tablename__ = "sample_shelf"

    code: Mapped[Code] = field(_("Code"), title=True)
    boxes: Mapped[list[SampleBox]] = children(_("Boxes"), by=lambda: SampleBox.shelf)


class SampleBox(SharedByCompanies, Model):
    """What is kept, by a company or for all of them."""

    __tablename__ = "sample_box"

    code: Mapped[Code] = field(_("Code"), title=True, track=True)
    keeper_id: Mapped[int | None] = field(_("Keeper"))
    shelf_id: Mapped[int | None] = reference(SampleShelf, _("Shelf"))
    shelf: Mapped[SampleShelf | None] = link(shelf_id, back=lambda: SampleShelf.boxes)
    parent_id: Mapped[int | None] = reference("sample_box", _("Inside of"))
    parent: Mapped[SampleBox | None] = link(parent_id, remote=lambda: SampleBox.id)
    worth: Mapped[int | None] = field(_("Worth"), roles=(appraiser,))
    lines: Mapped[list[SampleLine]] = children(_("Contents"), by=lambda: SampleLine.box)


class SampleLine(Model):
    """One thing in a box."""

    __tablename__ = "sample_line"

    box_id: Mapped[int] = part_of(SampleBox, _("Box"))
    box: Mapped[SampleBox] = link(box_id, back=lambda: SampleBox.lines)
    text: Mapped[Name] = field(_("Text"), track=True)
    shelf_id: Mapped[int | None] = reference(SampleShelf, _("Belongs on"))


class SampleLabel(Facet[SampleBox]):
    """What is written on a box."""

    __tablename__ = "sample_label"

    text: Mapped[Name | None] = field(_("Text"), track=True)
    shelf_id: Mapped[int | None] = reference(SampleShelf, _("Written for"))
    price: Mapped[int | None] = field(_("Price"), roles=(appraiser,))


class SampleNote(Facet[SampleBox], sparse=True):
    """A note on few boxes."""

    __tablename__ = "sample_note"

    text: Mapped[Name | None] = field(_("Text"))


class SampleSafe(Model):
    """What no role was granted."""

    __tablename__ = "sample_safe"

    code: Mapped[Code] = field(_("Code"), title=True)


GRANTS = [
    storekeeper, picker, reader, appraiser,
    Grant(storekeeper, (SampleBox, SampleShelf), "read create write delete"),
    Grant(picker, SampleBox, "read create write delete"),
    Grant(picker, SampleShelf, "read"),
    Grant(reader, (SampleBox, SampleShelf), "read"),
    Scope(picker, SampleBox, lambda entity, principal: entity.keeper_id == principal.user_id, _("own boxes")),
]  # fmt: skip


def principal(*roles: Role, companies: tuple[int, ...] = (OURS,), user: int = ME) -> Principal:
    """A user of the sample with `roles`, who works in the first of `companies`."""
    names = frozenset[str]().union(*(role.closure() for role in roles))
    return Principal(user, companies[0] if companies else None, frozenset(companies), names)


def make_site(url: str, folder: Path, *more: object, empty: bool = True) -> Site:
    """A site on an empty database with the tables of all loaded models; `more` are further declarations."""
    configure_mappers()
    engine = engine_for(url)
    if empty:
        Base.metadata.create_all(engine)
        _fill(engine)
    access = AccessRules()
    access.declare("sample", [*GRANTS, *more])
    return Site(engine, [], plugins.build([hookspecs], []), access, folder, b"a secret of the tests" * 2)


def fill_boxes(site: Site) -> None:
    """Two companies' boxes: theirs, ours of two keepers, a shared one; each with a line, a label, a note."""
    with open_env(site, write=True) as env:
        _shelves(env)
        _box(env, "FOREIGN", THEIRS, COLLEAGUE, 2)
        _box(env, "mine", OURS, ME, 1)
        _box(env, "COLLEAGUE", OURS, COLLEAGUE, 1)
        _box(env, "shared", None, ME, None)
        env.flush()
        env.add(SampleSafe(code="SAFE"))


def _shelves(env: Env) -> None:
    env.add(SampleShelf(code="mine-shelf", company_id=OURS))
    env.flush()
    env.add(SampleShelf(code="FOREIGN-shelf", company_id=THEIRS))
    env.flush()


def _box(env: Env, code: str, company: int | None, keeper: int, shelf: int | None) -> None:
    box = SampleBox(code=code, company_id=company, keeper_id=keeper, shelf_id=shelf)
    box.lines.append(SampleLine(text=f"{code}-line"))
    SampleLabel.of(box).text = f"{code}-label"
    SampleNote.of(box).text = f"{code}-note"
    env.add(box)
    env.flush()


def _fill(engine: Engine) -> None:
    """Two companies and two users, below the models: what they are made of is no concern here."""
    tables, now = Base.metadata.tables, clock.now()
    with engine.connect().execution_options(dovetail_write=True) as connection:
        currency = {"id": 1, "code": "EUR", "name": "Euro", "version": 1}
        connection.execute(insert(tables["base_currency"]), _filled("base_currency", currency))
        for number, name in ((OURS, "Ours"), (THEIRS, "Theirs")):
            row = {"id": number, "code": name, "name": name, "currency_id": 1, "country": "DE", "version": 1}
            connection.execute(insert(tables[str(Company.__tablename__)]), _filled("base_company", row))
        for number, name in ((ME, "Me"), (COLLEAGUE, "Colleague")):
            row = {"id": number, "login": name.lower(), "name": name, "version": 1, "created_at": now}
            connection.execute(insert(tables[str(User.__tablename__)]), row)
        connection.commit()


def _filled(table: str, row: dict[str, object]) -> dict[str, object]:
    """`row` without the columns that the table does not have."""
    return {key: value for key, value in row.items() if key in Base.metadata.tables[table].c}
