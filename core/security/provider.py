"""Identity providers by which people sign in (OpenID Connect), what their claims give, and whom they know."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.errors import ValidationError
from core.i18n import _
from core.orm.field import children, field, index, link, part_of, reference
from core.orm.model import Base, Model
from core.orm.types import BigId, Code, Instant, Name, Url, is_confidential

if TYPE_CHECKING:
    from core.base.models.company import Company


class IdentityProvider(Model):
    """Where people of the site sign in instead of here: a provider of OpenID Connect."""

    __tablename__ = "base_identity_provider"
    #: Its secret is gone with it.
    recycled: ClassVar[bool] = False
    singular = _("Identity provider")
    plural = _("Identity providers")

    code: Mapped[Code] = field(
        _("Code"), unique=True, key=True, search=True, track=True,
        help=_("The client's secret is in DOVETAIL_OIDC_SECRET_<CODE>, or in the file oidc/<code>.secret of the site."),
    )  # fmt: skip
    name: Mapped[Name] = field(
        _("Name"), title=True, search=True, track=True, help=_("As the button for signing in calls it.")
    )
    issuer: Mapped[Url] = field(
        _("Issuer"), track=True, help=_("The address exactly as the provider writes it.")
    )
    client_id: Mapped[Name] = field(_("Client"), track=True, help=_("What the provider calls this site."))
    scopes: Mapped[Name] = field(_("Scopes"), default="openid profile email", track=True)
    login_claim: Mapped[Code] = field(_("Claim for the login"), default="preferred_username", track=True)
    name_claim: Mapped[Code] = field(_("Claim for the name"), default="name", track=True)
    email_claim: Mapped[Code] = field(_("Claim for the e-mail"), default="email", track=True)
    groups_claim: Mapped[Code] = field(
        _("Claim for the groups"), default="groups", track=True,
        help=_("Dots lead inside: realm_access.roles."),
    )  # fmt: skip
    strong_values: Mapped[Name] = field(
        _("Proof of two factors"), default="mfa", track=True,
        help=_(
            "Values of amr or acr that say so, with spaces between. Without any it is believed to ask for one."
        ),
    )  # fmt: skip
    provisions: Mapped[bool] = field(
        _("Makes accounts"), default=False, track=True,
        help=_("Who signs in for the first time gets an account, if one of their groups gives something below."),
    )  # fmt: skip
    active: Mapped[bool] = field(_("Active"), default=True, sort=True, track=True)
    gives: Mapped[list[ClaimedRole]] = children(
        _("What groups give"), by=lambda: ClaimedRole.provider, order=lambda: ClaimedRole.id
    )

    def check(self) -> None:
        problems = {
            "code": _("The code is letters, digits and dashes.") if not _is_plain(self.code) else None,
            "issuer": _("People are sent there over TLS: it begins with https://. Only this machine needs none.")
            if not is_confidential(self.issuer) else None,
            "scopes": _("openid is one of the scopes.") if "openid" not in self.scopes.split() else None,
        }  # fmt: skip
        found = {name: problem for name, problem in problems.items() if problem is not None}
        if found:
            raise ValidationError(found)


class ClaimedRole(Model):
    """What the people in a group of the provider have here, for as long as they are in it."""

    __tablename__ = "base_claimed_role"
    singular = _("What a group gives")
    plural = _("What groups give")

    provider_id: Mapped[int] = part_of(IdentityProvider, _("Identity provider"))
    provider: Mapped[IdentityProvider] = link(provider_id, back=lambda: IdentityProvider.gives)
    value: Mapped[Name] = field(
        _("Group"), title=True, key=True, track=True, help=_("As the claim holds it.")
    )
    role: Mapped[Name | None] = field(_("Role"), key=True, track=True)
    seen_company_id: Mapped[int | None] = reference("base_company", _("Company"), key=True, track=True)
    seen_company: Mapped[Company | None] = link(seen_company_id)

    __table_args__ = (index("provider_id", "value"),)

    def check(self) -> None:
        if not self.role and self.seen_company_id is None:
            raise ValidationError({"role": _("A group gives a role, a company or both.")})


class Identity(Base):
    """That a subject of an issuer is a user of ours. Not a Model: the gate shows it to the system alone.

    By issuer and subject, which providers never give to another person; never by an e-mail address, which they do.
    """

    __tablename__ = "base_identity"
    __table_args__ = (UniqueConstraint("issuer", "subject", name="uq_base_identity_issuer_subject"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    user_id: Mapped[int] = mapped_column(BigId, ForeignKey("base_user.id", ondelete="CASCADE"), index=True)
    issuer: Mapped[str] = mapped_column(String(500))
    #: OpenID Connect Core 1.0, 2: at most 255 ASCII characters.
    subject: Mapped[str] = mapped_column(String(255))
    linked_at: Mapped[Instant]
    used_at: Mapped[Instant | None]


def _is_plain(code: str) -> bool:
    return code.replace("-", "").isalnum() and code.isascii()
