"""Purchase orders from draft to closed, with approval above a limit by a second person."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Annotated

from sqlalchemy import select

from addons.erp_supply.models import (
    DocumentKind,
    OrderState,
    PurchaseLine,
    PurchaseOrder,
    SuppliedItem,
    SupplierPrice,
    SupplyingParty,
    buyer,
    purchase_approver,
    purchase_workflow,
)
from addons.erp_supply.rules.purchasing import PriceBreak, best_price, needs_approval
from core import Ask, Env, Text, UserError, ValidationError, _, action, today, where
from core.base import Company, Item, Party, Rate, Tax, TaxCategory, rules, settings

ORDER_NUMBERS = "erp_supply.purchase_order"
ORDER_PATTERN = "PO-{year}-{number:05}"

approval_limit = settings.setting(
    "erp_supply.approval_limit",
    _("Purchase approval above"),
    Decimal(15_000),
    minimum=0,
    help=_("Orders above this amount, in the company's currency, need the approval of a second person."),
)


@action(
    _("Send"),
    on=PurchaseOrder,
    roles=[buyer],
    when=purchase_workflow.may_leave(OrderState.DRAFT, to=(OrderState.TO_APPROVE, OrderState.SENT)),
    icon="send",
    primary=True,
)
def send(env: Env, orders: Sequence[PurchaseOrder]) -> None:
    """Order from the supplier; above the approval limit the order waits for a second person first."""
    limit = settings.value(env, approval_limit)
    for order in orders:
        _refuse_incomplete(order)
        _refuse_other_company(env, order)
        if needs_approval(in_company_currency(env, order), limit):
            order.submitted_by_id = env.user_id
            order.buyer_id = order.buyer_id or env.user_id
            purchase_workflow.move(env, [order], OrderState.TO_APPROVE)
        else:
            _send(env, order)


@action(
    _("Approve"),
    on=PurchaseOrder,
    roles=[purchase_approver],
    when=purchase_workflow.may_leave(OrderState.TO_APPROVE, to=OrderState.SENT),
    icon="circle-check",
    primary=True,
)
def approve(env: Env, orders: Sequence[PurchaseOrder]) -> None:
    """Approve orders that somebody else made; they count as sent."""
    for order in orders:
        _send(env, order)
        order.approved_by_id = env.user_id


@action(
    _("Reject"),
    on=PurchaseOrder,
    roles=[purchase_approver],
    when=purchase_workflow.may_leave(OrderState.TO_APPROVE, to=OrderState.DRAFT),
    icon="arrow-back-up",
)
def reject(env: Env, orders: Sequence[PurchaseOrder], *, reason: Annotated[str, Ask(_("Reason"))]) -> None:
    """Give orders back to their buyer, who sees the reason in the timeline."""
    env.why = reason
    purchase_workflow.move(env, orders, OrderState.DRAFT)


@action(
    _("Confirm"),
    on=PurchaseOrder,
    roles=[buyer],
    when=purchase_workflow.may_leave(OrderState.SENT, to=OrderState.CONFIRMED),
    icon="check",
)
def confirm(
    env: Env,
    orders: Sequence[PurchaseOrder],
    *,
    reference: Annotated[str | None, Ask(_("Their reference"))] = None,
) -> None:
    """Note that the supplier accepted."""
    for order in orders:
        order.supplier_reference = reference or order.supplier_reference
    purchase_workflow.move(env, orders, OrderState.CONFIRMED)


@action(
    _("Close"),
    on=PurchaseOrder,
    roles=[buyer],
    when=purchase_workflow.may_reach(OrderState.CLOSED),
    icon="lock",
)
def close(env: Env, orders: Sequence[PurchaseOrder]) -> None:
    """Expect nothing more of the order."""
    purchase_workflow.move(env, orders, OrderState.CLOSED)


@action(
    _("Cancel"),
    on=PurchaseOrder,
    roles=[buyer],
    when=purchase_workflow.may_reach(OrderState.CANCELLED),
    icon="ban",
)
def cancel(env: Env, orders: Sequence[PurchaseOrder], *, reason: Annotated[str, Ask(_("Reason"))]) -> None:
    """Withdraw orders of which nothing was received."""
    for order in orders:
        _refuse_received(
            order,
            _("{order} cannot be cancelled, since goods were received; close it instead.", order=order.label),
        )
    env.why = reason
    purchase_workflow.move(env, orders, OrderState.CANCELLED)


@action(
    _("Reopen"),
    on=PurchaseOrder,
    roles=[buyer],
    when=purchase_workflow.may_leave(
        OrderState.TO_APPROVE,
        OrderState.SENT,
        OrderState.CONFIRMED,
        OrderState.CANCELLED,
        OrderState.CLOSED,
        to=(OrderState.DRAFT, OrderState.CONFIRMED, OrderState.PART_RECEIVED, OrderState.RECEIVED),
    )
    & where(PurchaseOrder.kind, "eq", DocumentKind.ORDER),
    icon="lock-open",
)
def reopen(env: Env, orders: Sequence[PurchaseOrder], *, reason: Annotated[str, Ask(_("Reason"))]) -> None:
    """Take an order back to draft, to be changed and sent anew; one with receipts awaits the rest again instead."""
    env.why = reason
    for order in orders:
        if order.state is OrderState.CLOSED:
            purchase_workflow.move(env, [order], _state_when_awaited(order))
            continue
        _refuse_received(
            order, _("{order} cannot go back to draft, since goods were received.", order=order.label)
        )
        purchase_workflow.move(env, [order], OrderState.DRAFT)
        order.submitted_by_id = order.approved_by_id = None


def in_company_currency(env: Env, order: PurchaseOrder) -> Decimal:
    """The order's total in its company's currency, at the rate of the order's day; UserError without a rate."""
    rate = company_rate(env, order)
    if rate is None:
        raise UserError(
            _("There is no exchange rate for {currency} on {day}. Nothing has changed. Add one under Exchange rates.",
              currency=order.currency.code, day=order.ordered_on or today(env.zone))
        )  # fmt: skip
    return rules.in_company_currency(order.total, rate, env.get(Company, order.company_id).currency.exponent)


def company_rate(env: Env, order: PurchaseOrder) -> Decimal | None:
    """How much of the order's currency one unit of its company's buys on the order's day; None when nobody says."""
    company = env.get(Company, order.company_id)
    if company.currency_id == order.currency_id:
        return Decimal(1)
    return env.session.scalar(
        select(Rate.rate)
        .where(
            Rate.company_id == company.id, Rate.currency_id == order.currency_id,
            Rate.valid_from <= (order.ordered_on or today(env.zone)),
        )
        .order_by(Rate.valid_from.desc())
        .limit(1)
    )  # fmt: skip


def complete_order(env: Env, order: PurchaseOrder) -> None:
    """What a supplier implies for an order that does not say otherwise: currency and payment terms."""
    supply = SupplyingParty.of(order.supplier) if order.supplier_id and order.supplier else None
    if supply is None:
        return
    company = env.get(Company, order.company_id or env.company_id or 0)
    order.currency_id = supply.currency_id or company.currency_id
    order.payment_term_id = supply.payment_term_id or order.payment_term_id


def complete_line(env: Env, line: PurchaseLine) -> None:
    """What an item implies for its line: description, unit, the supplier's price, the day it can be there."""
    if not line.item_id:
        return
    item = env.get(Item, line.item_id)
    line.description = item.name
    line.unit_id = item.unit_id
    if line.tax_id is None and line.order is not None and line.order.supplier_id:
        tax = default_tax(env, line.order)
        line.tax_id = tax.id if tax is not None else None
    price_line(env, line)


def price_line(env: Env, line: PurchaseLine) -> None:
    """The supplier's price for the quantity, and when the goods can be there."""
    if not line.item_id or line.order is None or not line.order.supplier_id:
        return
    on = line.order.ordered_on or today(env.zone)
    found = best_price(_breaks(env, line), line.quantity or Decimal(0), on)
    if found is not None:
        line.price, line.discount_percent = found.price, found.discount_percent


def _breaks(env: Env, line: PurchaseLine) -> list[PriceBreak]:
    order = line.order
    prices = env.session.scalars(
        select(SupplierPrice).where(
            SupplierPrice.item_id == line.item_id,
            SupplierPrice.party_id == order.supplier_id,
            SupplierPrice.currency_id == order.currency_id,
            SupplierPrice.unit_id == line.unit_id,
        )
    )
    return [
        PriceBreak(p.from_quantity, p.price, p.discount_percent, p.valid_from, p.valid_to, p.lead_days)
        for p in prices
    ]


def lead_days(env: Env, line: PurchaseLine) -> int:
    """Days from order to goods in the store: the price's, else the item's."""
    found = best_price(
        _breaks(env, line), line.quantity or Decimal(0), line.order.ordered_on or today(env.zone)
    )
    if found is not None and found.lead_days is not None:
        return found.lead_days
    return SuppliedItem.of(env.get(Item, line.item_id)).lead_days if line.item_id else 0


def default_tax(env: Env, order: PurchaseOrder) -> Tax | None:
    """What a supplier usually charges: at home the standard rate, from abroad reverse charge."""
    supplier = env.get(Party, order.supplier_id)
    home = env.get(Company, order.company_id or env.company_id or 0).country
    at_home = supplier.country in (None, home)
    taxes = env.session.scalars(
        select(Tax)
        .join(TaxCategory, TaxCategory.id == Tax.category_id)
        .where(
            Tax.active, TaxCategory.code == ("S" if at_home else "AE"),
            Tax.country == home if at_home else Tax.country.in_([home, supplier.country]) | Tax.country.is_(None),
        )
        .order_by(Tax.percent.desc(), Tax.id)
    )  # fmt: skip
    on = order.ordered_on or today(env.zone)
    return next((tax for tax in taxes if rules.is_effective(tax, on)), None)


def _send(env: Env, order: PurchaseOrder) -> None:
    purchase_workflow.move(env, [order], OrderState.SENT)
    order.ordered_on = order.ordered_on or today(env.zone)
    order.buyer_id = order.buyer_id or env.user_id


def _state_when_awaited(order: PurchaseOrder) -> OrderState:
    if not any(line.received for line in order.lines):
        return OrderState.CONFIRMED
    is_complete = order.complete_count == order.line_count
    return OrderState.RECEIVED if is_complete else OrderState.PART_RECEIVED


def _refuse_received(order: PurchaseOrder, message: Text) -> None:
    if any(line.received for line in order.lines):
        raise UserError(message)


def _refuse_other_company(env: Env, order: PurchaseOrder) -> None:
    """The approval limit is that of the company one works in."""
    if env.company_id is not None and order.company_id != env.company_id:
        raise UserError(
            _(
                "{order} belongs to another of your companies. Switch to that company to send it.",
                order=order.label,
            )
        )


def _refuse_incomplete(order: PurchaseOrder) -> None:
    if order.kind is not DocumentKind.ORDER:
        raise UserError(_("{order} is a credit note; it is not sent.", order=order.label))
    if not order.lines:
        raise ValidationError({"lines": _("{order} has no lines yet. Add at least one.", order=order.label)})
    for line in order.lines:
        if not line.quantity:
            raise ValidationError({"lines": _("Line {no} has no quantity.", no=line.position)})
