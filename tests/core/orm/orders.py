"""Sample documents for tests of writing: orders with lines, a total that settles, checks, and two facets."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

from sqlalchemy import event, select
from sqlalchemy.orm import Mapped

from core import clock, plugins
from core.errors import ValidationError
from core.i18n import _
from core.orm.env import Env, Principal, Site
from core.orm.facet import Facet
from core.orm.field import children, field, index, link, part_of, reference
from core.orm.model import Base, Model, OfCompany
from core.orm.tracking import Change, ChangeBatch
from core.orm.types import Choice, Code, Day, Instant, Json, Money, Name, Quantity
from core.security.role import Grant, Role, Scope
from tests.core.orm.shelf import ME, OURS

clerk = Role("orders.clerk", _("Clerk"))
#: Sees all orders and writes their own.
author = Role("orders.author", _("Author"))
viewer = Role("orders.viewer", _("Viewer"))


class OrderState(Choice):
    """How far an order is."""

    DRAFT = "draft", _("Draft")
    SENT = "sent", _("Sent")


class SampleOrder(OfCompany, Model):
    """What is asked of somebody."""

    __tablename__ = "sample_order"

    number: Mapped[Code | None] = field(_("Number"), readonly=True, title=True)
    code: Mapped[Code] = field(_("Code"), track=True, search=True)
    subject: Mapped[Name | None] = field(_("Subject"), search=True)
    state: Mapped[OrderState] = field(_("State"), default=OrderState.DRAFT, track=True)
    day: Mapped[Day | None] = field(_("Day"), track=True)
    at: Mapped[Instant | None] = field(_("At"), default=clock.now, track=True)
    urgent: Mapped[bool] = field(_("Urgent"), default=False)
    options: Mapped[Json | None] = field(_("Options"))
    total: Mapped[Money] = field(_("Total"), default=Decimal(0), readonly=True, track=True)
    copied_from_id: Mapped[int | None] = reference("sample_order", _("Copied from"), track=True)
    copied_from: Mapped[SampleOrder | None] = link(copied_from_id, remote=lambda: SampleOrder.id)
    lines: Mapped[list[SampleOrderLine]] = children(_("Lines"), by=lambda: SampleOrderLine.order)

    __table_args__ = (index("company_id", "code", unique=True),)

    @property
    def copies_there(self) -> bool:
        return self.copied_from is not None and self.copied_from.code == "there"

    def settle(self) -> None:
        self.total = sum((line.amount for line in self.lines), Decimal(0))

    def check(self) -> None:
        if self.state == OrderState.SENT and self.copies_there:
            raise ValidationError({"state": _("A copy of it is not sent.")})
        if self.code == "lined" and self.lines:
            raise ValidationError({"code": _("This one has no lines.")})


class SampleOrderLine(Model):
    """One thing that is asked."""

    __tablename__ = "sample_order_line"

    order_id: Mapped[int] = part_of(SampleOrder, _("Order"))
    order: Mapped[SampleOrder] = link(order_id, back=lambda: SampleOrder.lines)
    quantity: Mapped[Quantity] = field(_("Quantity"), default=Decimal(1), track=True)
    amount: Mapped[Money] = field(_("Amount"), default=Decimal(0), track=True)


class SampleTerms(Facet[SampleOrder]):
    """On what terms."""

    __tablename__ = "sample_terms"

    days: Mapped[int] = field(_("Days"), default=30, track=True)
    remark: Mapped[Name | None] = field(_("Remark"), roles=(clerk,))

    def check(self) -> None:
        if self.days < 0:
            raise ValidationError({"sample_terms.days": _("It cannot be negative.")})


class SampleAside(Facet[SampleOrder], sparse=True):
    """What few orders have."""

    __tablename__ = "sample_aside"

    weight: Mapped[Quantity] = field(_("Weight"), default=Decimal(0), track=True)
    text: Mapped[Name | None] = field(_("Text"))


GRANTS = [
    clerk, author, viewer,
    Grant(clerk, SampleOrder, "read create write delete"),
    Grant(author, SampleOrder, "read create write delete"),
    Grant(viewer, SampleOrder, "read"),
]  # fmt: skip
SCOPES = [Scope(author, SampleOrder, lambda entity, who: entity.created_by_id == who.user_id)]


def person(role: Role, *companies: int) -> Principal:
    """A user with `role` in `companies`, ours by default."""
    return Principal(ME, OURS, frozenset(companies or (OURS,)), role.closure())


#: What a comparison of two ways of writing leaves out.
_OWN = {"id", "batch_id", "record_id", "order_id", "digest", "mark"}


def stored(env: Env) -> dict[str, list[dict[str, Any]]]:  # Any: of any column's type
    """Every row of the sample's tables and of the trail, but for its ids."""
    found = {}
    for model in (SampleOrder, SampleOrderLine, SampleTerms, SampleAside, Change, ChangeBatch):
        table = Base.metadata.tables[str(model.__tablename__)]
        rows = env.session.execute(select(table).order_by(table.c.id)).mappings()
        found[table.name] = [{k: v for k, v in row.items() if k not in _OWN} for row in rows]
    return found


class Listener:
    """Hears the record hooks and keeps what they were told."""

    def __init__(self) -> None:
        self.heard: list[tuple[Any, ...]] = []  # Any: what a hook is told

    @plugins.hookimpl
    def records_created(self, model: type[Model], ids: list[int]) -> None:
        self.heard.append(("created", model.__name__, len(ids)))

    @plugins.hookimpl
    def records_changed(self, model: type[Model], ids: list[int], fields: frozenset[str]) -> None:
        self.heard.append(("changed", model.__name__, len(ids), tuple(sorted(fields))))

    @plugins.hookimpl
    def records_deleted(self, model: type[Model], ids: list[int]) -> None:
        self.heard.append(("deleted", model.__name__, len(ids)))


@contextmanager
def listening(site: Site) -> Iterator[Listener]:
    """The hooks heard within the block."""
    listener = Listener()
    site.plugins.register(listener)
    try:
        yield listener
    finally:
        site.plugins.unregister(listener)


@contextmanager
def counting(site: Site) -> Iterator[list[str]]:
    """The statements sent within the block."""
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        sent.append(statement)

    event.listen(site.engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(site.engine, "before_cursor_execute", note)
