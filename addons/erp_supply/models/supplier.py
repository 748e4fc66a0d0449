"""Suppliers and what they charge."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy.orm import Mapped

from core import (
    Code,
    Day,
    Facet,
    LongText,
    Model,
    OfCompany,
    Percent,
    Price,
    Quantity,
    ValidationError,
    _,
    field,
    index,
    link,
    reference,
)
from core.base import Currency, Item, Party, PaymentTerm, Unit


class SupplyingParty(Facet[Party]):
    """How a partner supplies."""

    __tablename__ = "erp_supply_party"

    supplies: Mapped[bool] = field(_("Supplier"), default=False, track=True)
    currency_id: Mapped[int | None] = reference(Currency, _("Order currency"), track=True)
    currency: Mapped[Currency | None] = link(currency_id)
    payment_term_id: Mapped[int | None] = reference(PaymentTerm, _("Payment terms"), track=True)
    payment_term: Mapped[PaymentTerm | None] = link(payment_term_id)
    customer_number: Mapped[Code | None] = field(_("Our number there"))


class SupplierPrice(OfCompany, Model):
    """What a supplier charges for an item from a quantity on, and how long it takes to deliver."""

    __tablename__ = "erp_supply_supplier_price"
    singular = _("Supplier price")
    plural = _("Supplier prices")

    party_id: Mapped[int] = reference(Party, _("Supplier"), title=True, key=True)
    party: Mapped[Party] = link(party_id)
    item_id: Mapped[int] = reference(Item, _("Item"), title=True, key=True)
    item: Mapped[Item] = link(item_id)
    supplier_code: Mapped[Code | None] = field(_("Supplier's item code"), search=True)
    from_quantity: Mapped[Quantity] = field(
        _("From quantity"), default=Decimal(0), key=True, measure=lambda: SupplierPrice.unit_id
    )
    unit_id: Mapped[int] = reference(Unit, _("Unit"))
    unit: Mapped[Unit] = link(unit_id)
    price: Mapped[Price] = field(_("Price"), track=True, measure=lambda: SupplierPrice.currency_id)
    currency_id: Mapped[int] = reference(Currency, _("Currency"), key=True)
    currency: Mapped[Currency] = link(currency_id)
    discount_percent: Mapped[Percent] = field(_("Price discount %"), default=Decimal(0), track=True)
    lead_days: Mapped[int | None] = field(_("Lead time (days)"))
    valid_from: Mapped[Day | None] = field(_("Valid from"), key=True)
    valid_to: Mapped[Day | None] = field(_("Valid to"))
    note: Mapped[LongText | None] = field(_("Note"), listed=False, personal=True)

    __table_args__ = (index("company_id", "item_id", "party_id"),)

    def check(self) -> None:
        if self.price is not None and self.price < 0:
            raise ValidationError({"price": _("A price cannot be negative.")})
        if self.from_quantity is not None and self.from_quantity < 0:
            raise ValidationError({"from_quantity": _("A quantity cannot be negative.")})
        if self.valid_from and self.valid_to and self.valid_to < self.valid_from:
            raise ValidationError({"valid_to": _("It ends before it begins.")})
