"""Who signs in: users with their roles and companies, and the credentials that no person's code can read."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from sqlalchemy import BigInteger, ForeignKey, Integer, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import JSON

from core.errors import ValidationError
from core.i18n import _
from core.orm.field import children, field, index, link, part_of, reference
from core.orm.locality import LocaleName, ZoneName, locale_problem, zone_problem
from core.orm.model import Base, Model
from core.orm.types import BigId, Code, Email, Instant, Json, Name

if TYPE_CHECKING:
    from core.base.models.company import Company
    from core.base.models.person import Person


class User(Model):
    """An account by which somebody, or another system, signs in."""

    __tablename__ = "base_user"
    recycled: ClassVar[bool] = False
    singular = _("User")
    plural = _("Users")

    login: Mapped[Code] = field(_("Login"), unique=True, key=True, search=True, track=True, personal=True)
    name: Mapped[Name] = field(_("Name"), title=True, search=True, track=True, personal=True)
    email: Mapped[Email | None] = field(_("E-mail"), track=True, personal=True)
    person_id: Mapped[int | None] = reference("base_person", _("Person"), track=True)
    person: Mapped[Person | None] = link(person_id)
    #: Not `company_id`: a user belongs to no company, but works in those of `companies`.
    home_company_id: Mapped[int | None] = reference(
        "base_company",
        _("Home company"),
        track=True,
        help=_("The company that new records get after signing in."),
    )
    home_company: Mapped[Company | None] = link(home_company_id)
    locale: Mapped[LocaleName] = field(_("Language"), default="en")
    zone: Mapped[ZoneName] = field(_("Time zone"), default="UTC")
    preferences: Mapped[Json] = field(_("Preferences"), default=dict, listed=False, copy=False)
    must_change_password: Mapped[bool] = field(
        _("Must change password"), default=False, copy=False, track=True
    )
    #: Set by the sign-in, so that the audit trail tells of both.
    password_changed_at: Mapped[Instant | None] = field(
        _("Password changed"), track=True, readonly=True, listed=False
    )
    second_factor: Mapped[bool] = field(_("Second factor"), default=False, track=True, readonly=True)
    active: Mapped[bool] = field(_("Active"), default=True, sort=True, track=True)
    roles: Mapped[list[UserRole]] = children(_("Roles"), by=lambda: UserRole.user, order=lambda: UserRole.id)
    companies: Mapped[list[UserCompany]] = children(
        _("Companies"), by=lambda: UserCompany.user, order=lambda: UserCompany.id
    )

    def check(self) -> None:
        problems = {
            "login": _("A login has no spaces.") if self.login != "".join(self.login.split()) else None,
            "locale": locale_problem(self.locale),
            "zone": zone_problem(self.zone),
        }
        found = {name: problem for name, problem in problems.items() if problem is not None}
        if found:
            raise ValidationError(found)


class UserRole(Model):
    """That a user has a role; the roles that it implies come with it."""

    __tablename__ = "base_user_role"
    singular = _("Role of a user")
    plural = _("Roles of users")

    user_id: Mapped[int] = part_of(User, _("User"))
    user: Mapped[User] = link(user_id, back=lambda: User.roles)
    #: The name of a declared Role: roles are code, users are data.
    role: Mapped[Name] = field(_("Role"), title=True, key=True, track=True, help=_("As erp_supply.buyer."))
    #: The identity provider, by its code, whose claims give it until the next sign-in; "" if it was given by hand.
    source: Mapped[Code] = field(_("From"), default="", track=True, readonly=True)

    __table_args__ = (index("user_id", "role", "source", unique=True),)


class UserCompany(Model):
    """That a user sees the records of a company."""

    __tablename__ = "base_user_company"
    singular = _("Company of a user")
    plural = _("Companies of users")

    user_id: Mapped[int] = part_of(User, _("User"))
    user: Mapped[User] = link(user_id, back=lambda: User.companies)
    #: Not `company_id`: the row does not belong to the company.
    seen_company_id: Mapped[int] = reference("base_company", _("Company"), key=True, track=True)
    seen_company: Mapped[Company] = link(seen_company_id)
    #: As UserRole's.
    source: Mapped[Code] = field(_("From"), default="", track=True, readonly=True)

    __table_args__ = (index("user_id", "seen_company_id", "source", unique=True),)


class Credential(Base):
    """What proves who a user is. Not a Model: the gate shows it to the system alone."""

    __tablename__ = "base_credential"

    user_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("base_user.id", ondelete="CASCADE"), primary_key=True
    )
    password_hash: Mapped[str | None] = mapped_column(String(200))
    #: When a one-time password ends that was not changed until then; None for a password of the person's own.
    password_until: Mapped[Instant | None]
    #: The authenticator's key, encrypted with a key derived from the site's secret.
    totp_secret: Mapped[str | None] = mapped_column(String(300))
    #: False until the user proved the authenticator with a first code.
    totp_confirmed: Mapped[bool] = mapped_column(default=False)
    #: The last time step that was used: a code counts once.
    totp_step: Mapped[int] = mapped_column(Integer, default=0)
    #: SHA-256 of the recovery codes that were not used yet.
    recovery_hashes: Mapped[list[str]] = mapped_column(JSON, default=list)


class Passkey(Base):
    """A key pair of a person's device, of which we know the public half. Not a Model: shown to the system alone."""

    __tablename__ = "base_passkey"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    user_id: Mapped[int] = mapped_column(BigId, ForeignKey("base_user.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(100))
    #: In base64url; at most 1,023 bytes.
    credential_id: Mapped[str] = mapped_column(String(1400), unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    #: What devices call the account: random, the same for all passkeys of a user.
    handle: Mapped[str] = mapped_column(String(64))
    #: How often the device says that it signed; a smaller number than before betrays a copy.
    sign_count: Mapped[int] = mapped_column(BigInteger)
    transports: Mapped[list[str]] = mapped_column(JSON)
    made_at: Mapped[Instant]
    used_at: Mapped[Instant | None]
