"""Companies and their sites."""

from __future__ import annotations

from sqlalchemy.orm import Mapped

from core.base.models.calendar import Calendar
from core.base.models.money import Currency
from core.base.models.standard import CountryCode, VatId, country_problem, require
from core.base.rules.vat import vat_problem
from core.i18n import _
from core.orm.field import field, index, link, reference
from core.orm.locality import LocaleName, ZoneName, locale_problem, zone_problem
from core.orm.model import Model, OfCompany
from core.orm.types import Code, Name


class Company(Model):
    """ISA-95 enterprise: a legal entity with books of its own, to which every document belongs."""

    __tablename__ = "base_company"
    singular = _("Company")
    plural = _("Companies")

    code: Mapped[Code] = field(_("Code"), unique=True, key=True, search=True)
    name: Mapped[Name] = field(_("Name"), title=True, search=True, track=True)
    currency_id: Mapped[int] = reference(Currency, _("Currency"), track=True)
    currency: Mapped[Currency] = link(currency_id)
    country: Mapped[CountryCode] = field(_("Country"), track=True)
    vat_id: Mapped[VatId | None] = field(_("VAT number"), track=True)
    locale: Mapped[LocaleName] = field(
        _("Language"), default="en", help=_("The language of documents for people outside.")
    )
    zone: Mapped[ZoneName] = field(_("Time zone"), default="UTC")
    active: Mapped[bool] = field(_("Active"), default=True, track=True)

    def check(self) -> None:
        require(
            {
                "country": country_problem(self.country),
                "vat_id": vat_problem(self.vat_id, self.country),
                "locale": locale_problem(self.locale),
                "zone": zone_problem(self.zone),
            }
        )


class Site(OfCompany, Model):
    """ISA-95 site: a place where the company works, such as a plant."""

    __tablename__ = "base_site"
    singular = _("Site")
    plural = _("Sites")

    code: Mapped[Code] = field(_("Code"), key=True, search=True, copy=False)
    name: Mapped[Name] = field(_("Name"), title=True, search=True, track=True)
    street: Mapped[Name | None] = field(_("Street"), listed=False)
    postal_code: Mapped[Code | None] = field(_("Postal code"), listed=False)
    city: Mapped[Name | None] = field(_("City"))
    country: Mapped[CountryCode] = field(_("Country"))
    calendar_id: Mapped[int | None] = reference(Calendar, _("Calendar"), track=True)
    calendar: Mapped[Calendar | None] = link(calendar_id)
    active: Mapped[bool] = field(_("Active"), default=True, track=True)

    __table_args__ = (index("company_id", "code", unique=True),)

    def check(self) -> None:
        require({"country": country_problem(self.country)})
