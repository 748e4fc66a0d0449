"""The other server that a company's ERP or MES runs on."""

from __future__ import annotations

from sqlalchemy.orm import Mapped

from core import (
    Choice,
    Code,
    Instant,
    Model,
    Name,
    OfCompany,
    Url,
    ValidationError,
    _,
    field,
    index,
    is_confidential,
    link,
    reference,
)
from core.base import User


class Side(Choice):
    """Which of the two worlds."""

    ERP = "erp", _("ERP")
    MES = "mes", _("MES")

    @property
    def other(self) -> Side:
        return Side.MES if self is Side.ERP else Side.ERP


class Partner(OfCompany, Model):
    """Another server with the ERP or the MES of a company. Without one, both worlds meet in this database."""

    __tablename__ = "bridge_partner"
    singular = _("Partner system")
    plural = _("Partner systems")

    code: Mapped[Code] = field(
        _("Code"),
        title=True,
        key=True,
        search=True,
        track=True,
        help=_(
            "Its token is in DOVETAIL_BRIDGE_TOKEN_<CODE>, or in the file bridge/<code>.token of the site."
        ),
    )
    name: Mapped[Name] = field(_("Name"), search=True, track=True)
    side: Mapped[Side] = field(
        _("Runs there"), default=Side.MES, sort=True, track=True, help=_("What the partner does.")
    )
    url: Mapped[Url] = field(
        _("Address"),
        track=True,
        help=_(
            "Where it takes messages: https://host/api/bridge/partner/N/receive, N being the number of "
            "its record of us."
        ),
    )
    company_code: Mapped[Code] = field(
        _("Company there"), track=True, help=_("The code that the company has on the partner's server.")
    )
    user_id: Mapped[int | None] = reference(
        User, _("Its account here"), track=True, help=_("With whose token it hands messages over to us.")
    )
    user: Mapped[User | None] = link(user_id)
    active: Mapped[bool] = field(_("Active"), default=True, sort=True, track=True)
    heard_at: Mapped[Instant | None] = field(_("Last message from it"), readonly=True, copy=False)

    __table_args__ = (index("company_id", "code", unique=True), index("company_id", "side"))

    def check(self) -> None:
        if self.url and not is_confidential(self.url):
            raise ValidationError(
                {
                    "url": _(
                        "Messages go over TLS: the address begins with https://. Only this machine needs none."
                    )
                }
            )
