"""Currencies, exchange rates, payment terms and taxes."""

from __future__ import annotations

from core.base.models.money import Currency, PaymentTerm, Rate, Tax, TaxCategory
from core.i18n import _
from core.orm.condition import where
from core.views.nodes import Form, Group, List, Menu, Preset, Tab, View

currencies = View(
    Currency,
    icon="coins",
    list=List(
        Currency.code, Currency.name, Currency.symbol, Currency.exponent, Currency.active,
        facets=(Currency.active,),
        sort=("code",),
        presets=(Preset("active", _("In use"), where(Currency.active, "eq", True)),),
    ),
    menu=Menu("settings", _("Currencies"), icon="coins", order=50),
)  # fmt: skip

rates = View(
    Rate,
    icon="cash",
    list=List(
        Rate.currency_id, Rate.valid_from, Rate.rate, facets=(Rate.currency_id,), sort=("-valid_from",)
    ),
    menu=Menu("settings", _("Exchange rates"), icon="cash", order=55),
)

terms = View(
    PaymentTerm,
    icon="calendar-due",
    list=List(
        PaymentTerm.code, PaymentTerm.name, PaymentTerm.net_days, PaymentTerm.month_end,
        PaymentTerm.discount_days, PaymentTerm.discount_percent, PaymentTerm.active,
        sort=("code",),
    ),
    menu=Menu("settings", _("Payment terms"), icon="calendar-due", order=60),
)  # fmt: skip

taxes = View(
    Tax,
    icon="receipt-tax",
    list=List(
        Tax.code, Tax.name, Tax.percent, Tax.category_id, Tax.country, Tax.valid_from, Tax.valid_to, Tax.active,
        facets=(Tax.category_id, Tax.country, Tax.active),
        sort=("country", "code"),
    ),
    menu=Menu("settings", _("Taxes"), icon="receipt-tax", order=65),
)  # fmt: skip

tax_categories = View(
    TaxCategory,
    icon="category",
    list=List(TaxCategory.code, TaxCategory.name, sort=("code",)),
    form=Form(
        Group("main", TaxCategory.code, TaxCategory.name),
        Tab("exemption", _("Exemption"), Group("exemption", TaxCategory.exemption)),
    ),
    menu=Menu("settings", _("Tax categories"), icon="category", order=66),
)
