"""Receipts from suppliers and returns to them."""

from __future__ import annotations

from sqlalchemy.orm import Mapped

from addons.erp_supply.models.freezing import fix_columns, freeze
from addons.erp_supply.models.purchase import PurchaseLine, PurchaseOrder
from core import (
    Choice,
    Code,
    Day,
    LongText,
    Model,
    Name,
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
from core.base import Item, Lot, Party, StorageLocation, Unit


class PostingState(Choice):
    """Whether a document has moved stock."""

    DRAFT = "draft", _("Draft")
    POSTED = "posted", _("Posted")
    CANCELLED = "cancelled", _("Cancelled")


class Receipt(OfCompany, Model):
    """Goods that a supplier delivered."""

    __tablename__ = "erp_supply_receipt"
    singular = _("Receipt")
    plural = _("Receipts")

    number: Mapped[Code | None] = field(_("Number"), readonly=True, title=True, key=True, search=True)
    supplier_id: Mapped[int] = reference(Party, _("Supplier"), track=True)
    supplier: Mapped[Party] = link(supplier_id)
    order_id: Mapped[int | None] = reference(PurchaseOrder, _("Order"))
    order: Mapped[PurchaseOrder | None] = link(order_id)
    delivery_note: Mapped[Code | None] = field(_("Delivery note"), search=True)
    received_on: Mapped[Day] = field(_("Received"), sort=True, track=True)
    location_id: Mapped[int] = reference(StorageLocation, _("Into"), track=True)
    location: Mapped[StorageLocation] = link(location_id)
    state: Mapped[PostingState] = field(
        _("State"), default=PostingState.DRAFT, readonly=True, sort=True, track=True
    )
    note: Mapped[LongText | None] = field(_("Note"), listed=False, personal=True)
    lines: Mapped[list[ReceiptLine]] = children(
        _("Lines"), by=lambda: ReceiptLine.receipt, order=lambda: ReceiptLine.id
    )

    __table_args__ = (index("company_id", "number", unique=True),)


class ReceiptLine(Model):
    """A quantity of one item and lot that arrived."""

    __tablename__ = "erp_supply_receipt_line"
    singular = _("Receipt line")
    plural = _("Receipt lines")

    receipt_id: Mapped[int] = part_of(Receipt, _("Receipt"))
    receipt: Mapped[Receipt] = link(receipt_id, back=lambda: Receipt.lines)
    purchase_line_id: Mapped[int | None] = reference(PurchaseLine, _("Order line"))
    purchase_line: Mapped[PurchaseLine | None] = link(purchase_line_id)
    item_id: Mapped[int] = reference(Item, _("Item"))
    item: Mapped[Item] = link(item_id)
    quantity: Mapped[Quantity] = field(_("Quantity"), measure=lambda: ReceiptLine.unit_id)
    unit_id: Mapped[int] = reference(Unit, _("Unit"))
    unit: Mapped[Unit] = link(unit_id)
    lot_number: Mapped[Code | None] = field(_("Lot"), help=_("A new number makes a new lot."))
    supplier_lot: Mapped[Code | None] = field(_("Supplier's lot"))
    expires_on: Mapped[Day | None] = field(_("Expires"))

    def check(self) -> None:
        if self.quantity is not None and self.quantity < 0:
            raise ValidationError(
                {"quantity": _("A quantity cannot be negative. What goes back is entered as a return.")}
            )


class SupplierReturn(OfCompany, Model):
    """Goods that go back to their supplier."""

    __tablename__ = "erp_supply_supplier_return"
    singular = _("Return to supplier")
    plural = _("Returns to suppliers")

    number: Mapped[Code | None] = field(_("Number"), readonly=True, title=True, key=True, search=True)
    supplier_id: Mapped[int] = reference(Party, _("Supplier"), track=True)
    supplier: Mapped[Party] = link(supplier_id)
    order_id: Mapped[int | None] = reference(PurchaseOrder, _("Order"))
    order: Mapped[PurchaseOrder | None] = link(order_id)
    returned_on: Mapped[Day] = field(_("Returned"), sort=True, track=True)
    reason: Mapped[Name] = field(_("Reason"), track=True)
    state: Mapped[PostingState] = field(
        _("State"), default=PostingState.DRAFT, readonly=True, sort=True, track=True
    )
    lines: Mapped[list[SupplierReturnLine]] = children(
        _("Lines"), by=lambda: SupplierReturnLine.document, order=lambda: SupplierReturnLine.id
    )

    __table_args__ = (index("company_id", "number", unique=True),)


class SupplierReturnLine(Model):
    """A quantity of one item and lot that goes back."""

    __tablename__ = "erp_supply_supplier_return_line"
    singular = _("Return line")
    plural = _("Return lines")

    document_id: Mapped[int] = part_of(SupplierReturn, _("Return"))
    document: Mapped[SupplierReturn] = link(document_id, back=lambda: SupplierReturn.lines)
    purchase_line_id: Mapped[int | None] = reference(PurchaseLine, _("Order line"))
    purchase_line: Mapped[PurchaseLine | None] = link(purchase_line_id)
    item_id: Mapped[int] = reference(Item, _("Item"))
    item: Mapped[Item] = link(item_id)
    lot_id: Mapped[int | None] = reference(Lot, _("Lot"))
    lot: Mapped[Lot | None] = link(lot_id)
    location_id: Mapped[int] = reference(StorageLocation, _("From"))
    location: Mapped[StorageLocation] = link(location_id)
    quantity: Mapped[Quantity] = field(_("Quantity"), measure=lambda: SupplierReturnLine.unit_id)
    unit_id: Mapped[int] = reference(Unit, _("Unit"))
    unit: Mapped[Unit] = link(unit_id)

    def check(self) -> None:
        if self.quantity is not None and self.quantity <= 0:
            raise ValidationError({"quantity": _("A return needs a quantity above zero.")})


receipt_workflow = Workflow(
    Receipt.state,
    Step(PostingState.DRAFT, PostingState.POSTED),
    Step(PostingState.DRAFT, PostingState.CANCELLED),
    cancelled=(PostingState.CANCELLED,),
)
return_workflow = Workflow(
    SupplierReturn.state,
    Step(PostingState.DRAFT, PostingState.POSTED),
    Step(PostingState.DRAFT, PostingState.CANCELLED),
    cancelled=(PostingState.CANCELLED,),
)

_POSTED = _("A posted document is no longer changed. Enter a correction, such as a return or a count.")
for _part, _document, _key in (
    (ReceiptLine, Receipt, "receipt_id"),
    (SupplierReturnLine, SupplierReturn, "document_id"),
):
    freeze(_part, _document, _key, free=("draft", "cancelled"), message=_POSTED)
fix_columns(
    Receipt,
    free=("draft", "cancelled"),
    fixed=("state", "supplier_id", "location_id", "company_id"),
    message=_POSTED,
)
fix_columns(
    SupplierReturn, free=("draft", "cancelled"), fixed=("state", "supplier_id", "company_id"), message=_POSTED
)
