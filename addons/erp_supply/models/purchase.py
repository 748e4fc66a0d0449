"""Purchase orders with their lines, allowances and charges, and taxes."""

from __future__ import annotations

from decimal import Decimal
from typing import TypeVar

from sqlalchemy import String, cast
from sqlalchemy.orm import Mapped
from sqlalchemy.sql import ColumnElement

from addons.erp_supply.models.freezing import fix_columns, freeze
from addons.erp_supply.models.lookup import referred, stocked_units
from addons.erp_supply.rules.purchasing import awaited
from core import (
    Choice,
    Code,
    Day,
    Env,
    LongText,
    Model,
    Money,
    Name,
    OfCompany,
    Percent,
    Price,
    Quantity,
    Step,
    ValidationError,
    Workflow,
    _,
    children,
    computed,
    field,
    four_eyes,
    index,
    link,
    part_of,
    reference,
    signed,
)
from core.base import Currency, Item, Party, PaymentTerm, StorageLocation, Tax, Unit, User, rules, settings

M = TypeVar("M", bound=Model)


class OrderState(Choice):
    """How far a purchase order is."""

    DRAFT = "draft", _("Draft")
    TO_APPROVE = "to_approve", _("To approve")
    SENT = "sent", _("Sent")
    CONFIRMED = "confirmed", _("Confirmed")
    PART_RECEIVED = "part_received", _("Part received")
    RECEIVED = "received", _("Received")
    CLOSED = "closed", _("Closed")
    CANCELLED = "cancelled", _("Cancelled")


def rate_of(tax: Tax | None) -> rules.TaxRate:
    """The rate of a tax; without one the amount is outside the scope of VAT (UNCL 5305, O)."""
    return rules.TaxRate(tax.category.code, tax.percent) if tax else rules.TaxRate("O")


#: States in which goods are awaited.
OPEN = (OrderState.SENT, OrderState.CONFIRMED, OrderState.PART_RECEIVED)


class DocumentKind(Choice):
    """Whether a purchase document asks for goods or gives money back for them."""

    ORDER = "order", _("Purchase order")
    CREDIT_NOTE = "credit_note", _("Credit note")


class PurchaseOrder(OfCompany, Model):
    """What the company asks a supplier to deliver, or takes over from a supplier's invoice."""

    __tablename__ = "erp_supply_purchase_order"
    singular = _("Purchase order")
    plural = _("Purchase orders")

    number: Mapped[Code | None] = field(_("Number"), readonly=True, title=True, key=True, search=True)
    kind: Mapped[DocumentKind] = field(_("Kind"), default=DocumentKind.ORDER, readonly=True, listed=False)
    supplier_id: Mapped[int] = reference(Party, _("Supplier"), track=True)
    supplier: Mapped[Party] = link(supplier_id)
    supplier_reference: Mapped[Code | None] = field(_("Their reference"), search=True, track=True)
    state: Mapped[OrderState] = field(
        _("State"), default=OrderState.DRAFT, readonly=True, sort=True, track=True
    )
    ordered_on: Mapped[Day | None] = field(_("Ordered"), sort=True, track=True)
    promised_on: Mapped[Day | None] = field(_("Promised"), sort=True, track=True)
    buyer_id: Mapped[int | None] = reference(User, _("Buyer"), track=True)
    buyer: Mapped[User | None] = link(buyer_id)
    location_id: Mapped[int | None] = reference(StorageLocation, _("Deliver to"), track=True)
    location: Mapped[StorageLocation | None] = link(location_id)
    currency_id: Mapped[int] = reference(Currency, _("Currency"), track=True)
    currency: Mapped[Currency] = link(currency_id)
    payment_term_id: Mapped[int | None] = reference(PaymentTerm, _("Payment terms"), track=True)
    payment_term: Mapped[PaymentTerm | None] = link(payment_term_id)
    note: Mapped[LongText | None] = field(_("Note to the supplier"), listed=False, personal=True)

    #: Lines that await goods, and those of them that are complete.
    line_count: Mapped[int] = field(_("Lines to receive"), default=0, readonly=True, listed=False)
    complete_count: Mapped[int] = field(_("Lines received"), default=0, readonly=True, listed=False)
    net: Mapped[Money] = field(
        _("Net"), default=Decimal(0), readonly=True, measure=lambda: PurchaseOrder.currency_id
    )
    tax: Mapped[Money] = field(
        _("VAT"), default=Decimal(0), readonly=True, measure=lambda: PurchaseOrder.currency_id
    )
    total: Mapped[Money] = field(
        _("Total"),
        default=Decimal(0),
        readonly=True,
        sort=True,
        track=True,
        measure=lambda: PurchaseOrder.currency_id,
    )
    prepaid: Mapped[Money] = field(
        _("Prepaid"), default=Decimal(0), listed=False, copy=False, measure=lambda: PurchaseOrder.currency_id
    )
    rounding: Mapped[Money] = field(
        _("Rounding"), default=Decimal(0), listed=False, copy=False, measure=lambda: PurchaseOrder.currency_id
    )
    payable: Mapped[Money] = field(
        _("Payable"),
        default=Decimal(0),
        readonly=True,
        listed=False,
        measure=lambda: PurchaseOrder.currency_id,
    )
    #: Who sent it to approval; that person cannot approve it (four eyes).
    submitted_by_id: Mapped[int | None] = reference(User, _("Submitted by"), readonly=True, listed=False)
    approved_by_id: Mapped[int | None] = reference(
        User, _("Approved by"), readonly=True, listed=False, track=True
    )

    lines: Mapped[list[PurchaseLine]] = children(
        _("Lines"), by=lambda: PurchaseLine.order, order=lambda: PurchaseLine.position
    )
    charges: Mapped[list[PurchaseCharge]] = children(
        _("Allowances and charges"), by=lambda: PurchaseCharge.order, order=lambda: PurchaseCharge.id
    )
    taxes: Mapped[list[PurchaseTax]] = children(
        _("VAT breakdown"), by=lambda: PurchaseTax.order, order=lambda: PurchaseTax.id
    )

    __table_args__ = (index("company_id", "number", unique=True), index("company_id", "supplier_id", "state"))

    @computed(_("Received"), widget="text")
    def received_lines(self) -> str:
        return f"{self.complete_count} / {self.line_count}"

    @received_lines.inplace.expression
    @classmethod
    def _received_lines(cls) -> ColumnElement[str]:
        return cast(cls.complete_count, String) + " / " + cast(cls.line_count, String)

    def settle(self) -> None:
        """The totals follow from lines, charges and rates as EN 16931 says (BR-CO-10 to BR-CO-17)."""
        currency = referred(self, "currency", Currency)
        exponent = currency.exponent if currency else 2
        for line in self.lines:
            line.settle_amount(exponent)
        self._settle_awaited()
        lines = [rules.TaxedAmount(line.amount, rate_of(referred(line, "tax", Tax))) for line in self.lines]
        extras = [
            rules.Extra(c.amount, rate_of(referred(c, "tax", Tax)), c.is_charge is not False)
            for c in self.charges
            if c.amount is not None
        ]
        found = rules.totals(lines, extras, exponent=exponent)
        self.net, self.tax, self.total = found.net, found.tax, found.gross
        self.payable = found.gross - (self.prepaid or 0) + (self.rounding or 0)
        self._settle_breakdown(found.breakdown)

    def _settle_awaited(self) -> None:
        """What is still to come of each line, in the unit in which its item is stocked."""
        stocked = stocked_units(self, {line.item_id for line in self.lines if line.item_id})
        is_open = self.state in (*OPEN, OrderState.RECEIVED) and self.kind is not DocumentKind.CREDIT_NOTE
        count = complete = 0
        for line in self.lines:
            stocked_in = stocked.get(line.item_id or 0) if line.is_for_goods else None
            still = Decimal(0)
            if stocked_in is not None:
                came = line.received or Decimal(0)
                count += 1
                complete += came >= line.quantity
                if is_open and came < line.quantity:
                    still = awaited(line.quantity, came, referred(line, "unit", Unit), stocked_in)
            if line.awaited != still:
                line.awaited = still
        self.line_count, self.complete_count = count, complete

    def _settle_breakdown(self, shares: tuple[rules.TaxShare, ...]) -> None:
        kept = {(tax.category, tax.percent): tax for tax in self.taxes}
        wanted = {(share.rate.category, share.rate.percent): share for share in shares}
        for key, tax in kept.items():
            if key not in wanted:
                self.taxes.remove(tax)
        for key, share in wanted.items():
            tax = kept.get(key) or self._new_tax(*key)
            tax.taxable, tax.amount = share.taxable, share.tax

    def _new_tax(self, category: str, percent: Decimal) -> PurchaseTax:
        made = PurchaseTax(category=category, percent=percent)
        self.taxes.append(made)
        return made

    def check(self) -> None:
        if self.ordered_on and self.promised_on and self.promised_on < self.ordered_on:
            raise ValidationError({"promised_on": _("It lies before the order date.")})


class PurchaseLine(Model):
    """A quantity of an item, or a service in words, at a price."""

    __tablename__ = "erp_supply_purchase_line"
    singular = _("Purchase line")
    plural = _("Purchase lines")

    order_id: Mapped[int] = part_of(PurchaseOrder, _("Order"))
    order: Mapped[PurchaseOrder] = link(order_id, back=lambda: PurchaseOrder.lines)
    position: Mapped[int] = field(_("No."), default=10, key=True, title=True)
    item_id: Mapped[int | None] = reference(Item, _("Item"), track=True)
    item: Mapped[Item | None] = link(item_id)
    description: Mapped[Name | None] = field(_("Description"), title=True)
    quantity: Mapped[Quantity] = field(_("Quantity"), track=True, measure=lambda: PurchaseLine.unit_id)
    unit_id: Mapped[int] = reference(Unit, _("Unit"))
    unit: Mapped[Unit] = link(unit_id)
    received: Mapped[Quantity] = field(
        _("Received"), default=Decimal(0), readonly=True, copy=False, measure=lambda: PurchaseLine.unit_id
    )
    price: Mapped[Price] = field(_("Price"), track=True)
    price_quantity: Mapped[Quantity] = field(
        _("Price is for"), default=Decimal(1), listed=False, help=_("How many units the price is for.")
    )
    discount_percent: Mapped[Percent] = field(_("Price discount %"), default=Decimal(0), listed=False)
    #: Allowances and charges of this line alone, charges positive.
    adjustment: Mapped[Money] = field(_("Allowances and charges"), default=Decimal(0), listed=False)
    needed_on: Mapped[Day | None] = field(_("Needed"))
    tax_id: Mapped[int | None] = reference(Tax, _("Tax"))
    tax: Mapped[Tax | None] = link(tax_id)
    amount: Mapped[Money] = field(_("Amount"), default=Decimal(0), readonly=True)
    #: Still to come, in the item's unit; nothing while the order is not out.
    awaited: Mapped[Quantity] = field(
        _("Still to come"), default=Decimal(0), readonly=True, listed=False, copy=False
    )

    @property
    def is_for_goods(self) -> bool:
        """Whether the line asks for goods; one with a negative price gives money back."""
        return bool(self.item_id and self.quantity and self.quantity > 0 and (self.price or 0) >= 0)

    def settle_amount(self, exponent: int) -> None:
        """EN 16931, BT-131: quantity times price for its base quantity, less discount, plus charges less allowances."""
        amount = Decimal(0)
        if self.quantity is not None and self.price is not None:
            price = self.price * (100 - (self.discount_percent or 0)) / 100
            amount = rules.line_amount(
                self.quantity, price, base_quantity=self.price_quantity or Decimal(1),
                charges=self.adjustment or Decimal(0), exponent=exponent,
            )  # fmt: skip
        if self.amount != amount:
            self.amount = amount

    def check(self) -> None:
        if self.quantity is not None and self.quantity < 0:
            raise ValidationError(
                {
                    "quantity": _(
                        "Line {position}: a quantity cannot be negative. Enter a return instead.",
                        position=self.position,
                    )
                }
            )
        if self.price_quantity is not None and self.price_quantity <= 0:
            raise ValidationError({"price_quantity": _("The price must be for more than zero units.")})


class PurchaseCharge(Model):
    """An allowance or charge on the whole document, such as freight."""

    __tablename__ = "erp_supply_purchase_charge"
    singular = _("Allowance or charge")
    plural = _("Allowances and charges")

    order_id: Mapped[int] = part_of(PurchaseOrder, _("Order"))
    order: Mapped[PurchaseOrder] = link(order_id, back=lambda: PurchaseOrder.charges)
    reason: Mapped[Name] = field(_("Reason"), key=True)
    is_charge: Mapped[bool] = field(
        _("Charge"), default=True, help=_("Off for an allowance, which lowers the total.")
    )
    amount: Mapped[Money] = field(_("Amount"))
    tax_id: Mapped[int | None] = reference(Tax, _("Tax"))
    tax: Mapped[Tax | None] = link(tax_id)

    def check(self) -> None:
        if self.amount is not None and self.amount < 0:
            raise ValidationError({"amount": _("Give a positive amount and say whether it is a charge.")})


class PurchaseTax(Model):
    """What is taxed at one rate, and the tax on it."""

    __tablename__ = "erp_supply_purchase_tax"
    singular = _("VAT breakdown line")
    plural = _("VAT breakdown")

    order_id: Mapped[int] = part_of(PurchaseOrder, _("Order"))
    order: Mapped[PurchaseOrder] = link(order_id, back=lambda: PurchaseOrder.taxes)
    category: Mapped[Code] = field(_("Tax category"), readonly=True, key=True)
    percent: Mapped[Percent | None] = field(_("Percent"), readonly=True, key=True)
    taxable: Mapped[Money] = field(_("Taxable"), readonly=True)
    amount: Mapped[Money] = field(_("VAT"), readonly=True)


#: Nothing was received yet in these.
_UNRECEIVED = (OrderState.TO_APPROVE, OrderState.SENT, OrderState.CONFIRMED)

sign_approvals = settings.setting(
    "erp_supply.sign_approvals",
    _("Purchase approvals are signed"),
    False,
    help=_(
        "Whoever approves an order above the limit gives their password again, which is their signature on it."
    ),
)


def _is_approval_signed(env: Env, _order: PurchaseOrder) -> bool:
    return settings.value(env, sign_approvals)


purchase_workflow = Workflow(
    PurchaseOrder.state,
    Step(OrderState.DRAFT, OrderState.TO_APPROVE),
    Step(OrderState.DRAFT, OrderState.SENT),
    Step(
        OrderState.TO_APPROVE,
        OrderState.SENT,
        guards=(
            four_eyes(PurchaseOrder.submitted_by_id, PurchaseOrder.created_by_id),
            signed(_("I have checked this order and approve it."), when=_is_approval_signed),
        ),
    ),
    Step((*_UNRECEIVED, OrderState.CANCELLED), OrderState.DRAFT),
    Step(
        (OrderState.DRAFT, OrderState.SENT, OrderState.PART_RECEIVED, OrderState.RECEIVED, OrderState.CLOSED),
        OrderState.CONFIRMED,
    ),
    Step((*OPEN, OrderState.RECEIVED, OrderState.CLOSED), OrderState.PART_RECEIVED),
    Step((*OPEN, OrderState.CLOSED), OrderState.RECEIVED),
    Step((*OPEN, OrderState.RECEIVED), OrderState.CLOSED),
    Step((OrderState.DRAFT, *_UNRECEIVED), OrderState.CANCELLED),
    cancelled=(OrderState.CANCELLED,),
)

_FIXED = _("The lines of an order are fixed once it is sent. Reopen the order to change them.")
for _part, _columns in (
    (
        PurchaseLine,
        "item_id quantity unit_id price price_quantity discount_percent adjustment tax_id order_id",
    ),
    (PurchaseCharge, "amount is_charge tax_id order_id"),
):
    freeze(
        _part, PurchaseOrder, "order_id", free=("draft", "cancelled"), fixed=_columns.split(), message=_FIXED
    )
fix_columns(
    PurchaseOrder, free=("draft",), fixed=("supplier_id", "currency_id", "company_id", "kind"),
    message=_("Supplier and currency of an order are fixed once it is sent. Reopen the order to change them."),
)  # fmt: skip
