"""Counting what is really there."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy.orm import Mapped

from addons.erp_supply.models.freezing import fix_columns, freeze
from core import (
    Choice,
    Code,
    Day,
    Model,
    OfCompany,
    Quantity,
    Step,
    ValidationError,
    Workflow,
    _,
    children,
    field,
    index,
    link,
    part_of,
    reference,
)
from core.base import Item, Lot, StorageLocation, Unit


class CountState(Choice):
    """How far a count is."""

    DRAFT = "draft", _("Draft")
    COUNTING = "counting", _("Counting")
    POSTED = "posted", _("Posted")
    CANCELLED = "cancelled", _("Cancelled")


class StockCount(OfCompany, Model):
    """A stocktaking of a location: what the books say, what was counted, and the difference posted."""

    __tablename__ = "erp_supply_stock_count"
    singular = _("Stock count")
    plural = _("Stock counts")

    number: Mapped[Code | None] = field(_("Number"), readonly=True, title=True, key=True, search=True)
    location_id: Mapped[int] = reference(StorageLocation, _("Location"), track=True)
    location: Mapped[StorageLocation] = link(location_id)
    counted_on: Mapped[Day] = field(_("Counted"), sort=True, track=True)
    state: Mapped[CountState] = field(
        _("State"), default=CountState.DRAFT, readonly=True, sort=True, track=True
    )
    lines: Mapped[list[StockCountLine]] = children(
        _("Lines"), by=lambda: StockCountLine.count, order=lambda: StockCountLine.id
    )

    __table_args__ = (index("company_id", "number", unique=True),)


class StockCountLine(Model):
    """One item and lot of a count."""

    __tablename__ = "erp_supply_stock_count_line"
    singular = _("Count line")
    plural = _("Count lines")

    count_id: Mapped[int] = part_of(StockCount, _("Stock count"))
    count: Mapped[StockCount] = link(count_id, back=lambda: StockCount.lines)
    item_id: Mapped[int] = reference(Item, _("Item"), key=True)
    item: Mapped[Item] = link(item_id)
    lot_id: Mapped[int | None] = reference(Lot, _("Lot"), key=True)
    lot: Mapped[Lot | None] = link(lot_id)
    expected: Mapped[Quantity] = field(
        _("Expected"), default=Decimal(0), readonly=True, measure=lambda: StockCountLine.unit_id
    )
    counted: Mapped[Quantity | None] = field(_("Counted"), track=True, measure=lambda: StockCountLine.unit_id)
    unit_id: Mapped[int] = reference(Unit, _("Unit"))
    unit: Mapped[Unit] = link(unit_id)

    def check(self) -> None:
        if self.counted is not None and self.counted < 0:
            raise ValidationError({"counted": _("A count cannot be negative.")})


count_workflow = Workflow(
    StockCount.state,
    Step(CountState.DRAFT, CountState.COUNTING),
    Step(CountState.COUNTING, CountState.POSTED),
    Step((CountState.DRAFT, CountState.COUNTING), CountState.CANCELLED),
    cancelled=(CountState.CANCELLED,),
)

_POSTED = _("A posted count is no longer changed. Count again to correct it.")
freeze(StockCountLine, StockCount, "count_id", free=("draft", "counting", "cancelled"), message=_POSTED)
fix_columns(
    StockCount,
    free=("draft", "counting", "cancelled"),
    fixed=("state", "location_id", "company_id"),
    message=_POSTED,
)
