"""What an invoice names, found among our records: supplier, items, units and taxes; made where it is new."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from sqlalchemy import ColumnElement, func, or_, select

from addons.erp_supply.models import SupplierPrice, SupplyingParty
from addons.erp_supply.rules.invoice import code_for, is_service
from core import Env, FormatError, SharedByCompanies, Text, _
from core.base import Address, Currency, Item, ItemType, Party, Tax, TaxCategory, Unit, external, rules
from core.formats import en16931
from core.formats.units import unit as listed_unit

#: Where ids come from that a scheme issues to everybody (GS1, DUNS): ExternalId.system is this and the scheme.
PUBLIC = "public."


@dataclass
class Matching:
    """The records that one invoice names, and a note of each that was made."""

    env: Env
    company_id: int
    #: The name of the file, for messages.
    path: str
    invoice: en16931.Invoice
    notes: list[Text] = field(default_factory=list)

    def supplier(self) -> Party:
        """The seller, found by VAT number, by what others call it, by name; else made."""
        seller = self.invoice.supplier
        found = (
            self._party_by_vat_id(seller) or self._party_by_identifier(seller) or self._party_by_name(seller)
        )
        return found or self._new_party(seller)

    def currency(self) -> Currency:
        """The currency of the invoice; FormatError when it is none."""
        code = self.invoice.currency
        found = self.env.session.scalar(select(Currency).where(Currency.code == code))
        if found is None:
            raise FormatError(
                _(
                    "“{code}” is no currency of ISO 4217. Nothing was imported. Correct the file.",
                    code=code[:20],
                ),
                path=self.path,
            )
        return found

    def unit(self, line: en16931.Line) -> Unit:
        """The unit of the line; FormatError names line and code when there is none."""
        try:
            known = listed_unit(line.unit, line=line.source_line, path=self.path)
        except FormatError as error:
            message = _("Line {number}: {problem}", number=line.number, problem=error.message)
            raise FormatError(message, line=error.line, path=error.path) from error
        found = self.env.session.scalar(select(Unit).where(Unit.code == known.code))
        if found is not None:
            return found
        made = Unit(
            code=known.code, name=str(known.name), symbol=known.symbol or str(known.name),
            dimension=known.dimension.value,
        )  # fmt: skip
        self.env.add(made)
        self.env.flush()
        return made

    def tax(self, category: en16931.TaxCategory | None) -> Tax | None:
        """The tax of this category and rate in the seller's country on the invoice's day; none outside of VAT."""
        if category is None or category.code == "O":
            return None
        rate = rules.TaxRate(category.code, category.percent or Decimal(0)).effective
        address = self.invoice.supplier.address
        country = address.country if address is not None and address.country else None
        candidates = self.env.session.scalars(
            select(Tax)
            .join(TaxCategory, TaxCategory.id == Tax.category_id)
            .where(
                TaxCategory.code == rate.category, Tax.percent == rate.percent, Tax.active,
                Tax.country.is_(None) if country is None else Tax.country == country, self._ours(Tax),
            )
            .order_by(Tax.id)
        )  # fmt: skip
        found = next((tax for tax in candidates if rules.is_effective(tax, self.invoice.issued_on)), None)
        return found or self._new_tax(rate, country)

    def item(self, line: en16931.Line, unit: Unit, supplier: Party) -> Item:
        """What the line is about, found by our code, the seller's, a public one; else made."""
        known = line.item
        found = (
            self._item_by_our_code(known.buyer_id)
            or self._item_by_price(supplier, known.seller_id)
            or self._item_by_external(_supplier_system(supplier), known.seller_id or known.name)
            or (self._item_by_external(_public(known.standard_id), known.standard_id.value)
                if known.standard_id else None)
        )  # fmt: skip
        if found is None:
            return self._new_item(line, unit, supplier)
        if found.unit_id != unit.id and not rules.are_convertible(
            rules.measure(found.unit.code), rules.measure(unit.code)
        ):
            self.notes.append(
                _("{item} is stocked in {stocked} but invoiced in {unit}; it cannot be received from this document.",
                  item=found.code, stocked=found.unit.symbol, unit=unit.symbol)
            )  # fmt: skip
        return found

    def _ours(self, model: type[SharedByCompanies]) -> ColumnElement[bool]:
        """Records of the company that buys, and those that all share."""
        return or_(model.company_id.is_(None), model.company_id == self.company_id)

    def _party_by_vat_id(self, seller: en16931.Party) -> Party | None:
        if not seller.vat_id:
            return None
        plain = func.upper(func.replace(func.replace(Party.vat_id, " ", ""), ".", ""))
        wanted = _plain_vat_id(seller.vat_id)
        return self.env.session.scalar(
            select(Party)
            .where(plain == wanted, self._ours(Party))
            .order_by(Party.active.desc(), Party.id)
            .limit(1)
        )

    def _party_by_identifier(self, seller: en16931.Party) -> Party | None:
        found = (external.find(self.env, Party, _public(i), i.value) for i in _identifiers(seller))
        return next((party for party in found if party is not None and not _contradicts(party, seller)), None)

    def _party_by_name(self, seller: en16931.Party) -> Party | None:
        names = [name.casefold() for name in (seller.name, seller.legal_name) if name]
        candidates = self.env.session.scalars(
            select(Party)
            .where(
                func.lower(Party.name).in_(names) | func.lower(Party.legal_name).in_(names), self._ours(Party)
            )
            .order_by(Party.active.desc(), Party.id)
        )
        return next((party for party in candidates if not _contradicts(party, seller)), None)

    def _new_party(self, seller: en16931.Party) -> Party:
        name = seller.display_name
        made = Party(
            code=code_for(name, self._codes(Party, name)), name=name[:200], legal_name=seller.legal_name[:200] or None,
            vat_id=seller.vat_id or None, country=seller.address.country if seller.address else None,
            company_id=self.company_id,
        )  # fmt: skip
        if seller.address is not None:
            made.addresses.append(_address(seller.address))
        self.env.add(made)
        self.env.flush()
        SupplyingParty.of(made).supplies = True
        for identifier in _identifiers(seller):
            if not external.known(self.env, Party, _public(identifier), [identifier.value]):
                external.remember(self.env, made, _public(identifier), identifier.value)
        self.notes.append(_("New supplier {name}", name=made.name))
        return made

    def _new_tax(self, rate: rules.TaxRate, country: str | None) -> Tax:
        category = self.env.session.scalar(select(TaxCategory).where(TaxCategory.code == rate.category))
        if category is None:
            raise FormatError(
                _("“{code}” is no VAT category. Nothing was imported. Correct the file.", code=rate.category),
                path=self.path,
            )
        percent = f"{rate.percent:f}"
        name = " ".join(filter(None, (country, f"{percent} %", category.name)))
        code = code_for(
            f"{country or 'VAT'}-{rate.category}-{percent}", self._codes(Tax, f"{country or 'VAT'}-")
        )
        made = Tax(
            code=code, name=name, category_id=category.id, percent=rate.percent, country=country,
            company_id=self.company_id,
        )  # fmt: skip
        self.env.add(made)
        self.env.flush()
        self.notes.append(_("New tax {name}", name=made.name))
        return made

    def _item_by_our_code(self, code: str) -> Item | None:
        if not code:
            return None
        return self.env.session.scalar(select(Item).where(Item.code == code, self._ours(Item)).limit(1))

    def _item_by_price(self, supplier: Party, code: str) -> Item | None:
        if not code:
            return None
        return self.env.session.scalar(
            select(Item)
            .join(SupplierPrice, SupplierPrice.item_id == Item.id)
            .where(
                SupplierPrice.supplier_code == code, SupplierPrice.party_id == supplier.id,
                SupplierPrice.company_id == self.company_id,
            )
            .limit(1)
        )  # fmt: skip

    def _item_by_external(self, system: str, key: str) -> Item | None:
        found = external.find(self.env, Item, system, key[:200])
        return found if found is not None and found.company_id in (None, self.company_id) else None

    def _new_item(self, line: en16931.Line, unit: Unit, supplier: Party) -> Item:
        known = line.item
        wanted = known.buyer_id or f"{supplier.code}-{known.seller_id or known.name}"
        made = Item(
            code=code_for(wanted, self._codes(Item, wanted)), name=known.name[:200],
            description=known.description or None, unit_id=unit.id, company_id=self.company_id,
            type=ItemType.SERVICE if is_service(unit.code, str(unit.dimension)) else ItemType.MATERIAL,
        )  # fmt: skip
        self.env.add(made)
        self.env.flush()
        external.remember(self.env, made, _supplier_system(supplier), (known.seller_id or known.name)[:200])
        if known.standard_id is not None:
            self._remember_public(made, known.standard_id)
        self.notes.append(_("New item {code}", code=made.code))
        return made

    def _remember_public(self, item: Item, identifier: en16931.Identifier) -> None:
        if not external.known(self.env, Item, _public(identifier), [identifier.value]):
            external.remember(self.env, item, _public(identifier), identifier.value)

    def _codes(self, model: type[Party | Item | Tax], wanted: str) -> set[str]:
        """Codes like the wanted one that are taken, by any company: a code is told apart more easily so."""
        stem = code_for(wanted, ())
        with self.env.as_system() as system:
            return set(
                system.session.scalars(select(model.code).where(model.code.startswith(stem, autoescape=True)))
            )


def _identifiers(party: en16931.Party) -> Iterable[en16931.Identifier]:
    given = (party.endpoint, party.company_id, *party.identifiers)
    return dict.fromkeys(each for each in given if each is not None and each.value and each.scheme)


def _contradicts(party: Party, seller: en16931.Party) -> bool:
    """Whether the two have VAT numbers that differ, so that they cannot be the same."""
    return bool(party.vat_id and seller.vat_id) and _plain_vat_id(party.vat_id or "") != _plain_vat_id(
        seller.vat_id
    )


def _plain_vat_id(vat_id: str) -> str:
    return vat_id.upper().replace(" ", "").replace(".", "")


def _public(identifier: en16931.Identifier) -> str:
    return f"{PUBLIC}{identifier.scheme or 'id'}"[:64]


def _supplier_system(supplier: Party) -> str:
    """The system of ids that a supplier gives to items."""
    return f"erp_supply.party.{supplier.id}"


def _address(given: en16931.Address) -> Address:
    return Address(
        street=given.street[:200] or None, additional_street=given.additional_street[:200] or None,
        postal_code=given.postal_code[:64] or None, city=given.city[:200] or None, region=given.region[:200] or None,
        country=given.country or None,
    )  # fmt: skip
