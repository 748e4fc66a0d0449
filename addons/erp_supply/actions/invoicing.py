"""Invoices and credit notes of EN 16931, taken over as purchase documents with exactly the stated totals."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from sqlalchemy import select

from addons.erp_supply.actions.matching import Matching
from addons.erp_supply.actions.moving import ADDON
from addons.erp_supply.models import (
    DocumentKind,
    OrderState,
    PurchaseCharge,
    PurchaseLine,
    PurchaseOrder,
    buyer,
    purchase_workflow,
)
from addons.erp_supply.rules.invoice import fingerprint, line_values
from core import Env, Forbidden, FormatError, PlatformError, Text, UserError, ValidationError, _
from core.base import Company, Party, external
from core.base.actions.attaching import attach
from core.formats import en16931, ubl
from core.formats.en16931_rules import Severity, check

#: The system under which an invoice is known: its key is our company, its number and what it says.
INVOICES = "erp_supply.invoice"
_KINDS = {
    en16931.Kind.INVOICE: DocumentKind.ORDER,
    en16931.Kind.CREDIT_NOTE: DocumentKind.CREDIT_NOTE,
}


class Result(StrEnum):
    """What became of a file."""

    TAKEN_OVER = "taken_over"
    KNOWN = "known"
    REFUSED = "refused"


@dataclass(frozen=True)
class TakenLine:
    """A line as it was taken over."""

    number: str
    item: str
    description: str
    quantity: Decimal
    unit: str
    amount: Decimal


@dataclass(frozen=True)
class Taken:
    """What became of one file, or would become of it."""

    file: str
    result: Result
    number: str = ""
    supplier: str = ""
    currency: str = ""
    net: Decimal = Decimal(0)
    tax: Decimal = Decimal(0)
    total: Decimal = Decimal(0)
    payable: Decimal = Decimal(0)
    lines: tuple[TakenLine, ...] = ()
    #: What was made or should be looked at; why it was refused.
    notes: tuple[Text, ...] = ()
    order_id: int | None = None


def take_over(env: Env, name: str, content: bytes, *, keep_file: bool = True) -> Taken:
    """Make a purchase document of the invoice in `content`, all or nothing; one that is known stays as it is.

    Raises FormatError or ValidationError when the file cannot be read, does not add up or names an unknown unit.
    """
    require_buyer(env)
    if env.company_id is None:
        raise UserError(_("Say for which company the invoices are. Nothing was imported."))
    invoice = _read(name, content)
    key = f"{env.company_id} {invoice.number[:64]} {fingerprint(invoice)}"
    known = external.find(env, PurchaseOrder, INVOICES, key)
    if known is not None:
        return _told(name, invoice, known, Result.KNOWN, [_known_note(known)])
    with env.savepoint(), env.acting_as(ADDON):
        matching = Matching(env, env.company_id, name, invoice)
        supplier = matching.supplier()
        matching.notes += _same_number(env, invoice, supplier)
        order = _order(env, matching, supplier)
        external.remember(env, order, INVOICES, key)
    if keep_file:
        attach(env, order, name, content)
    notes = [*_addressed_elsewhere(env, invoice), *_advice(invoice), *matching.notes]
    return _told(name, invoice, order, Result.TAKEN_OVER, notes)


def try_over(env: Env, files: Iterable[tuple[str, bytes]]) -> list[Taken]:
    """What taking over these files would do, each after those before it; nothing is written."""
    with env.trying():
        return list(take_over_each(env, files, keep_file=False))


def take_over_each(
    env: Env, files: Iterable[tuple[str, bytes]], *, keep_file: bool = True
) -> Iterator[Taken]:
    """Take over each file; one that is refused changes nothing and does not stop the others."""
    for name, content in files:
        try:
            yield take_over(env, name, content, keep_file=keep_file)
        except Forbidden:
            raise
        except PlatformError as error:
            yield Taken(name, Result.REFUSED, notes=(_refusal(error),))


def _read(name: str, content: bytes) -> en16931.Invoice:
    """The invoice, if it adds up."""
    invoice = ubl.read(content, path=name)
    wrong = [problem for problem in check(invoice) if problem.severity is Severity.ERROR]
    if wrong:
        said = " ".join(str(problem) for problem in wrong)
        raise FormatError(
            _("{file} does not add up. Nothing was imported. {problems}", file=name, problems=said), path=name
        )
    return invoice


def _order(env: Env, matching: Matching, supplier: Party) -> PurchaseOrder:
    invoice = matching.invoice
    kind = _KINDS[invoice.kind]
    delivered = invoice.delivery.delivered_on if invoice.delivery is not None else None
    order = PurchaseOrder(
        company_id=matching.company_id,
        kind=kind,
        supplier_id=supplier.id,
        supplier_reference=invoice.number,
        ordered_on=invoice.issued_on,
        promised_on=delivered if delivered is not None and delivered >= invoice.issued_on else None,
        buyer_id=env.user_id,
        currency_id=matching.currency().id,
        prepaid=invoice.totals.prepaid,
        rounding=invoice.totals.rounding,
    )
    order.lines = [
        _line(matching, supplier, position, line) for position, line in enumerate(invoice.lines, start=1)
    ]
    order.charges = [_charge(matching, each) for each in invoice.allowances_charges]
    env.add(order)
    env.flush()
    _refuse_other_totals(matching.path, invoice, order)
    purchase_workflow.move(env, [order], OrderState.CONFIRMED)
    env.flush()
    if kind is DocumentKind.CREDIT_NOTE:
        purchase_workflow.move(env, [order], OrderState.CLOSED)  # no goods are awaited for it
    return order


def _line(matching: Matching, supplier: Party, position: int, line: en16931.Line) -> PurchaseLine:
    unit = matching.unit(line)
    item = matching.item(line, unit, supplier)
    values = line_values(line)
    return PurchaseLine(
        position=position * 10,
        item_id=item.id,
        description=line.item.name[:200],
        quantity=values.quantity,
        unit_id=unit.id,
        price=values.price,
        price_quantity=values.price_quantity,
        adjustment=values.adjustment,
        tax_id=_id(matching.tax(line.tax_category)),
    )


def _charge(matching: Matching, given: en16931.AllowanceCharge) -> PurchaseCharge:
    """An allowance of a negative amount is a charge, and the other way round."""
    is_charge = given.is_charge == (given.amount >= 0)
    said = given.reason or given.reason_code
    return PurchaseCharge(
        reason=(said or str(_("Charge") if is_charge else _("Allowance")))[:200],
        is_charge=is_charge,
        amount=abs(given.amount),
        tax_id=_id(matching.tax(given.tax_category)),
    )


def _refuse_other_totals(name: str, invoice: en16931.Invoice, order: PurchaseOrder) -> None:
    stated = {
        _("the total without VAT"): (invoice.totals.net, order.net),
        _("the VAT"): (invoice.tax_amount, order.tax),
        _("the total with VAT"): (invoice.totals.gross, order.total),
        _("the amount due"): (invoice.totals.payable, order.payable),
    }
    for what, (given, found) in stated.items():
        if given != found:
            raise FormatError(
                _(
                    "{file} states {given} as {what}; its lines come to {found}. Nothing was imported. "
                    "Ask the sender for a corrected document.",
                    file=name, given=f"{given:f}", what=what, found=f"{found:f}",
                ),
                path=name,
            )  # fmt: skip


def _told(
    name: str, invoice: en16931.Invoice, order: PurchaseOrder, result: Result, notes: list[Text]
) -> Taken:
    lines = tuple(
        TakenLine(given.number, line.item.code if line.item else "", line.description or "", line.quantity,
                  line.unit.symbol, line.amount)
        for given, line in zip(invoice.lines, order.lines, strict=False)
    )  # fmt: skip
    return Taken(
        name, result, invoice.number, order.supplier.name, invoice.currency, order.net, order.tax, order.total,
        order.payable, lines, tuple(notes), order.id,
    )  # fmt: skip


def _same_number(env: Env, invoice: en16931.Invoice, supplier: Party) -> list[Text]:
    """A number that the supplier used before for something else: a correction, or one of two that does not hold."""
    others = env.session.scalars(
        select(PurchaseOrder).where(
            PurchaseOrder.company_id == env.company_id, PurchaseOrder.supplier_id == supplier.id,
            PurchaseOrder.supplier_reference == invoice.number,
            PurchaseOrder.kind == (_KINDS[invoice.kind]),
        )
    )  # fmt: skip
    return [
        _("{order} has the number {number} of this supplier too, but other contents. Check which one holds.",
          order=other.label, number=invoice.number)
        for other in others
    ]  # fmt: skip


def _known_note(order: PurchaseOrder) -> Text:
    return _("Already imported as {order}; it stays as it is.", order=order.label)


def _addressed_elsewhere(env: Env, invoice: en16931.Invoice) -> Iterator[Text]:
    own = env.get(Company, env.company_id or 0)
    theirs = invoice.customer.vat_id.replace(" ", "")
    if theirs and own.vat_id and theirs != own.vat_id.replace(" ", ""):
        yield _("It is addressed to {name}, {vat_id}.", name=invoice.customer.display_name, vat_id=theirs)


def _advice(invoice: en16931.Invoice) -> Iterator[Text]:
    for problem in check(invoice):
        yield _("{rule}: {message}", rule=problem.rule, message=problem.message)


def _refusal(error: PlatformError) -> Text:
    line = error.line if isinstance(error, FormatError) else None
    if line is not None:
        return _("In line {line} of the file: {message}", line=line, message=error.message)
    if isinstance(error, ValidationError):
        return _("{message} Nothing was imported.", message=error.message)
    return (
        error.message
        if isinstance(error.message, Text)
        else _("It was refused: {reason}", reason=error.message)
    )


def require_buyer(env: Env) -> None:
    """Raise Forbidden for who is no buyer."""
    if not env.principal.is_system and buyer.name not in env.principal.roles:
        raise Forbidden(_("Only buyers take over invoices. Nothing was imported."))


def _id(record: object) -> int | None:
    found: int | None = getattr(record, "id", None)
    return found
