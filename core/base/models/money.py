"""Currencies and their rates, payment terms, and taxes."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import Index
from sqlalchemy.orm import Mapped

from core.base.models.standard import (
    CountryCode,
    between,
    country_problem,
    least,
    period_problem,
    positive,
    require,
    unique_by_company,
)
from core.base.rules.tax import is_taxed
from core.i18n import _
from core.orm import types
from core.orm.field import field, link, reference
from core.orm.model import Model, OfCompany, SharedByCompanies
from core.orm.types import Code, Day, LongText, Name, Percent


class Currency(Model):
    """Money of a country or union, as listed in ISO 4217."""

    __tablename__ = "base_currency"
    singular = _("Currency")
    plural = _("Currencies")

    code: Mapped[Code] = field(_("Code"), unique=True, title=True, key=True, search=True)
    name: Mapped[Name] = field(_("Name"), search=True)
    symbol: Mapped[Code | None] = field(_("Symbol"))
    exponent: Mapped[int] = field(
        _("Decimal places"), default=2, help=_("How many digits after the point an amount has.")
    )
    active: Mapped[bool] = field(_("Active"), default=True, sort=True)

    def check(self) -> None:
        # ISO 4217 knows 0 to 4 decimal places, and Money keeps 4.
        require({"exponent": between(self.exponent, 0, 4)})


class Rate(OfCompany, Model):
    """How much of a currency one unit of the company's own currency buys from a day on."""

    __tablename__ = "base_rate"
    singular = _("Exchange rate")
    plural = _("Exchange rates")

    currency_id: Mapped[int] = reference(Currency, _("Currency"), title=True, key=True)
    currency: Mapped[Currency] = link(currency_id)
    valid_from: Mapped[Day] = field(_("Valid from"), title=True, key=True, sort=True)
    rate: Mapped[types.Rate] = field(
        _("Rate"), track=True, help=_("Units of this currency for one unit of the company's currency.")
    )

    __table_args__ = (Index(None, "company_id", "currency_id", "valid_from", unique=True),)

    def check(self) -> None:
        require({"rate": positive(self.rate)})


class PaymentTerm(SharedByCompanies, Model):
    """When an invoice is due, and the discount for paying it early."""

    __tablename__ = "base_payment_term"
    singular = _("Payment term")
    plural = _("Payment terms")

    code: Mapped[Code] = field(_("Code"), key=True, search=True, copy=False)
    name: Mapped[Name] = field(_("Name"), title=True, search=True)
    net_days: Mapped[int] = field(_("Days net"), default=30, track=True)
    month_end: Mapped[bool] = field(
        _("From month end"), default=False, help=_("The days count from the end of the invoice's month.")
    )
    discount_days: Mapped[int] = field(_("Discount days"), default=0, track=True)
    discount_percent: Mapped[Percent] = field(_("Discount %"), default=Decimal(0), track=True)
    active: Mapped[bool] = field(_("Active"), default=True)

    __table_args__ = unique_by_company("code")

    def check(self) -> None:
        late = self.discount_percent and (self.discount_days or 0) > (self.net_days or 0)
        useless = _("The discount ends after the invoice is due.") if late else None
        require(
            {
                "net_days": least(self.net_days, 0),
                "discount_days": least(self.discount_days, 0) or useless,
                "discount_percent": between(self.discount_percent, 0, 100),
            }
        )


class TaxCategory(Model):
    """Why VAT is or is not charged: a category of UNCL 5305 as EN 16931 uses it."""

    __tablename__ = "base_tax_category"
    singular = _("Tax category")
    plural = _("Tax categories")

    code: Mapped[Code] = field(_("Code"), unique=True, title=True, key=True, search=True)
    name: Mapped[Name] = field(_("Name"), title=True, search=True)
    exemption: Mapped[LongText | None] = field(
        _("Exemption reason"), help=_("Printed on invoices that charge no VAT for this reason.")
    )

    @property
    def taxed(self) -> bool:
        """Whether VAT is charged at a rate above zero."""
        return is_taxed(self.code)


class Tax(SharedByCompanies, Model):
    """A rate of VAT in a country, for as long as the law has it."""

    __tablename__ = "base_tax"
    singular = _("Tax")
    plural = _("Taxes")

    code: Mapped[Code] = field(_("Code"), key=True, search=True, copy=False)
    name: Mapped[Name] = field(_("Name"), title=True, search=True)
    category_id: Mapped[int] = reference(TaxCategory, _("Tax category"), track=True)
    category: Mapped[TaxCategory] = link(category_id)
    percent: Mapped[Percent] = field(_("Percent"), default=Decimal(0), track=True)
    country: Mapped[CountryCode | None] = field(_("Country"), sort=True)
    valid_from: Mapped[Day | None] = field(_("Valid from"))
    valid_to: Mapped[Day | None] = field(_("Valid to"))
    active: Mapped[bool] = field(_("Active"), default=True)

    __table_args__ = unique_by_company("code")

    def check(self) -> None:
        require(
            {
                "percent": between(self.percent, 0, 100),
                "country": country_problem(self.country),
                "valid_to": period_problem(self.valid_from, self.valid_to),
            }
        )
