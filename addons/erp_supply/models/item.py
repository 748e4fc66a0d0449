"""How an item is bought and stocked."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy.orm import Mapped

from core import Facet, Percent, Quantity, ValidationError, _, field, link, reference
from core.base import Item, Party


class SuppliedItem(Facet[Item]):
    """How an item is bought and stocked."""

    __tablename__ = "erp_supply_item"

    purchased: Mapped[bool] = field(_("Purchased"), default=True, track=True)
    supplier_id: Mapped[int | None] = reference(Party, _("Preferred supplier"), track=True)
    supplier: Mapped[Party | None] = link(supplier_id)
    lead_days: Mapped[int] = field(
        _("Lead time (days)"),
        default=0,
        sort=True,
        track=True,
        help=_("Calendar days from order to goods in the store."),
    )
    reorder_point: Mapped[Quantity] = field(
        _("Reorder point"),
        default=Decimal(0),
        track=True,
        help=_("Order when the forecast falls below it. In the item's unit."),
    )
    order_quantity: Mapped[Quantity] = field(
        _("Order quantity"),
        default=Decimal(0),
        track=True,
        help=_("The least to order at once. In the item's unit."),
    )
    over_receipt_percent: Mapped[Percent] = field(
        _("Over-receipt limit %"),
        default=Decimal(0),
        track=True,
        help=_("How much more than ordered may be received."),
    )

    def check(self) -> None:
        for name in ("lead_days", "reorder_point", "order_quantity", "over_receipt_percent"):
            if getattr(self, name) is not None and getattr(self, name) < 0:
                raise ValidationError({f"erp_supply.{name}": _("It cannot be negative.")})
