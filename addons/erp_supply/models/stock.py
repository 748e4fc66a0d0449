"""Stock: moves as an append-only double entry between locations, and what they add up to."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped

from addons.erp_supply.models.counting import StockCount
from addons.erp_supply.models.receiving import Receipt, SupplierReturn
from core import (
    Choice,
    Code,
    Instant,
    Model,
    Name,
    OfCompany,
    Price,
    Quantity,
    ValidationError,
    _,
    append_only,
    computed,
    field,
    index,
    link,
    reference,
    tell,
)
from core.base import Item, Lot, Site, StorageLocation, Unit


class Warehouse(OfCompany, Model):
    """A store with the locations that material passes through."""

    __tablename__ = "erp_supply_warehouse"
    singular = _("Warehouse")
    plural = _("Warehouses")

    code: Mapped[Code] = field(_("Code"), title=True, key=True, search=True, copy=False)
    name: Mapped[Name] = field(_("Name"), search=True, track=True)
    site_id: Mapped[int] = reference(Site, _("Site"))
    site: Mapped[Site] = link(site_id)
    receiving_id: Mapped[int] = reference(StorageLocation, _("Goods in"), track=True)
    receiving: Mapped[StorageLocation] = link(receiving_id)
    stock_id: Mapped[int] = reference(StorageLocation, _("Store"), track=True)
    stock: Mapped[StorageLocation] = link(stock_id)
    active: Mapped[bool] = field(_("Active"), default=True)

    __table_args__ = (index("company_id", "code", unique=True),)


class MoveReason(Choice):
    """Why material moved."""

    RECEIPT = "receipt", _("Receipt")
    SUPPLIER_RETURN = "supplier_return", _("Return to supplier")
    TRANSFER = "transfer", _("Transfer")
    COUNT = "count", _("Stock count")
    ISSUE = "issue", _("Issue")
    OPENING = "opening", _("Opening stock")


class StockMove(OfCompany, Model):
    """A quantity of an item that went from one location to another. Never edited: a correction is a move back."""

    __tablename__ = "erp_supply_stock_move"
    singular = _("Stock move")
    plural = _("Stock moves")

    at: Mapped[Instant] = field(_("When"), sort=True, title=True, readonly=True)
    item_id: Mapped[int] = reference(Item, _("Item"), title=True, readonly=True)
    item: Mapped[Item] = link(item_id)
    lot_id: Mapped[int | None] = reference(Lot, _("Lot"), readonly=True)
    lot: Mapped[Lot | None] = link(lot_id)
    quantity: Mapped[Quantity] = field(_("Quantity"), readonly=True, measure=lambda: StockMove.unit_id)
    #: The item's unit, in which all its stock is kept.
    unit_id: Mapped[int] = reference(Unit, _("Unit"), readonly=True)
    unit: Mapped[Unit] = link(unit_id)
    source_id: Mapped[int] = reference(StorageLocation, _("From"), readonly=True)
    source: Mapped[StorageLocation] = link(source_id)
    target_id: Mapped[int] = reference(StorageLocation, _("To"), readonly=True)
    target: Mapped[StorageLocation] = link(target_id)
    reason: Mapped[MoveReason] = field(_("Reason"), readonly=True, sort=True)
    receipt_id: Mapped[int | None] = reference(Receipt, _("Receipt"), readonly=True)
    receipt: Mapped[Receipt | None] = link(receipt_id)
    supplier_return_id: Mapped[int | None] = reference(
        SupplierReturn, _("Return"), readonly=True, listed=False
    )
    supplier_return: Mapped[SupplierReturn | None] = link(supplier_return_id)
    stock_count_id: Mapped[int | None] = reference(StockCount, _("Stock count"), readonly=True, listed=False)
    stock_count: Mapped[StockCount | None] = link(stock_count_id)
    unit_cost: Mapped[Price | None] = field(_("Unit cost"), readonly=True, listed=False)

    __table_args__ = (
        CheckConstraint("quantity > 0", name="quantity_positive"),
        CheckConstraint("source_id <> target_id", name="moves_somewhere"),
        index("company_id", "item_id", "at"),
    )


class StockQuant(OfCompany, Model):
    """What is on hand of an item at an internal location: the sum of its moves, and what of it is promised."""

    __tablename__ = "erp_supply_stock_quant"
    singular = _("Stock")
    plural = _("Stock")

    item_id: Mapped[int] = reference(Item, _("Item"), title=True, key=True, readonly=True)
    item: Mapped[Item] = link(item_id)
    location_id: Mapped[int] = reference(StorageLocation, _("Location"), title=True, key=True, readonly=True)
    location: Mapped[StorageLocation] = link(location_id)
    lot_id: Mapped[int | None] = reference(Lot, _("Lot"), key=True, readonly=True)
    lot: Mapped[Lot | None] = link(lot_id)
    on_hand: Mapped[Quantity] = field(
        _("On hand"), default=Decimal(0), readonly=True, sort=True, measure=lambda: StockQuant.unit_id
    )
    reserved: Mapped[Quantity] = field(
        _("Reserved"), default=Decimal(0), readonly=True, measure=lambda: StockQuant.unit_id
    )
    unit_id: Mapped[int] = reference(Unit, _("Unit"), readonly=True, listed=False)
    unit: Mapped[Unit] = link(unit_id)

    __table_args__ = (
        CheckConstraint("reserved >= 0 AND reserved <= on_hand", name="reserved_on_hand"),
        index("item_id", "location_id", unique=True, where="lot_id IS NULL", name="uq_erp_supply_stock_quant_no_lot"),
        index("item_id", "location_id", "lot_id", unique=True, where="lot_id IS NOT NULL",
              name="uq_erp_supply_stock_quant_lot"),
    )  # fmt: skip

    @computed(_("Available"), widget="quantity")
    def available(self) -> Decimal:
        return self.on_hand - self.reserved


class StockReservation(OfCompany, Model):
    """Stock promised to a demand, or (negative) given back. Append-only: what holds is the sum for a demand."""

    __tablename__ = "erp_supply_stock_reservation"
    singular = _("Reservation")
    plural = _("Reservations")

    at: Mapped[Instant] = field(_("When"), sort=True, readonly=True)
    item_id: Mapped[int] = reference(Item, _("Item"), title=True, readonly=True)
    item: Mapped[Item] = link(item_id)
    location_id: Mapped[int] = reference(StorageLocation, _("Location"), readonly=True)
    location: Mapped[StorageLocation] = link(location_id)
    lot_id: Mapped[int | None] = reference(Lot, _("Lot"), readonly=True)
    lot: Mapped[Lot | None] = link(lot_id)
    quantity: Mapped[Quantity] = field(_("Quantity"), readonly=True, measure=lambda: StockReservation.unit_id)
    unit_id: Mapped[int] = reference(Unit, _("Unit"), readonly=True)
    unit: Mapped[Unit] = link(unit_id)
    #: What it is for, such as the number of a work order.
    demand: Mapped[Code] = field(_("For"), title=True, search=True, readonly=True)

    def check(self) -> None:
        if not self.quantity:
            raise ValidationError({"quantity": _("A reservation of nothing says nothing.")})


append_only(
    StockMove,
    _("Stock moves are never changed or deleted; a correction is a move back. Nothing has changed."),
)
append_only(
    StockReservation, _("Reservations are never changed or deleted; release them. Nothing has changed.")
)
tell(
    "ck_erp_supply_stock_quant_reserved_on_hand",
    _("More would be taken than is free. Nothing has moved."),
)
