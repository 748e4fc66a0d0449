"""Partners: whom the company deals with, where they are and whom to ask."""

from __future__ import annotations

from sqlalchemy.orm import Mapped

from core.base.models.standard import CountryCode, VatId, country_problem, require, unique_by_company
from core.i18n import _
from core.orm.field import children, field, link, part_of
from core.orm.locality import LocaleName, locale_problem
from core.orm.model import Model, SharedByCompanies
from core.orm.types import Choice, Code, Email, Name, Phone, Url


class Party(SharedByCompanies, Model):
    """An organisation or person outside: a supplier, customer, carrier, authority, or several of these."""

    __tablename__ = "base_party"
    singular = _("Partner")
    plural = _("Partners")

    code: Mapped[Code] = field(_("Code"), key=True, search=True, copy=False)
    name: Mapped[Name] = field(_("Name"), title=True, search=True, track=True)
    legal_name: Mapped[Name | None] = field(_("Registered name"), listed=False, track=True)
    vat_id: Mapped[VatId | None] = field(_("VAT number"), search=True, track=True, copy=False)
    country: Mapped[CountryCode | None] = field(_("Country"), sort=True, track=True)
    locale: Mapped[LocaleName | None] = field(_("Language"), listed=False)
    website: Mapped[Url | None] = field(_("Website"), listed=False)
    active: Mapped[bool] = field(_("Active"), default=True, sort=True, track=True)
    addresses: Mapped[list[Address]] = children(
        _("Addresses"), by=lambda: Address.party, order=lambda: Address.id
    )
    contacts: Mapped[list[Contact]] = children(
        _("Contacts"), by=lambda: Contact.party, order=lambda: Contact.id
    )

    __table_args__ = unique_by_company("code")

    def check(self) -> None:
        require({"country": country_problem(self.country), "locale": locale_problem(self.locale)})


class AddressKind(Choice):
    """What an address is used for."""

    MAIN = "main", _("Main")
    BILLING = "billing", _("Billing")
    DELIVERY = "delivery", _("Delivery")


class Address(Model):
    """A postal address of a partner."""

    __tablename__ = "base_address"
    singular = _("Address")
    plural = _("Addresses")

    party_id: Mapped[int] = part_of(Party, _("Partner"))
    party: Mapped[Party] = link(party_id, back=lambda: Party.addresses)
    kind: Mapped[AddressKind] = field(_("Kind"), default=AddressKind.MAIN, key=True, track=True)
    street: Mapped[Name | None] = field(_("Street"), title=True, key=True, track=True, personal=True)
    additional_street: Mapped[Name | None] = field(
        _("Address supplement"), listed=False, track=True, personal=True
    )
    postal_code: Mapped[Code | None] = field(_("Postal code"), title=True, track=True)
    city: Mapped[Name | None] = field(_("City"), title=True, track=True)
    region: Mapped[Name | None] = field(_("Region"), listed=False, track=True)
    country: Mapped[CountryCode | None] = field(_("Country"), track=True)

    def check(self) -> None:
        require({"country": country_problem(self.country)})


class Contact(Model):
    """A person to ask at a partner."""

    __tablename__ = "base_contact"
    singular = _("Contact")
    plural = _("Contacts")

    party_id: Mapped[int] = part_of(Party, _("Partner"))
    party: Mapped[Party] = link(party_id, back=lambda: Party.contacts)
    name: Mapped[Name] = field(_("Name"), title=True, key=True, search=True, personal=True, track=True)
    task: Mapped[Name | None] = field(_("Task"))
    email: Mapped[Email | None] = field(_("E-mail"), personal=True, track=True)
    phone: Mapped[Phone | None] = field(_("Telephone"), personal=True, track=True)
