"""Who signs in: users with their roles and companies, and the credentials that no person's code can read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import JSON

from core.i18n import _
from core.orm.field import children, field, link, part_of, reference
from core.orm.model import Base, Model
from core.orm.types import BigId, Code, Email, Instant, Json, Name

if TYPE_CHECKING:
    from core.base.models import Company


class User(Model):
    """A person, or a machine, that signs in; what they may do is told by their roles and companies."""

    __tablename__ = "base_user"
    singular = _("User")
    plural = _("Users")

    login: Mapped[Code] = field(_("Login"), unique=True, key=True, search=True, track=True)
    name: Mapped[Name] = field(_("Name"), title=True, search=True, track=True)
    email: Mapped[Email | None] = field(_("Email"), personal=True, search=True, track=True)
    active: Mapped[bool] = field(
        _("Active"), default=True, track=True, help=_("Without it the user cannot sign in and is signed out.")
    )
    locale: Mapped[Code] = field(_("Language and region"), default="en")
    zone: Mapped[Code] = field(_("Time zone"), default="UTC")
    default_company_id: Mapped[int | None] = reference(
        "base_company", _("Company at sign-in"), track=True, help=_("New records get this company.")
    )
    default_company: Mapped[Company | None] = link(default_company_id)
    person_id: Mapped[int | None] = reference("base_person", _("Person"), track=True)
    preferences: Mapped[Json] = field(_("Preferences"), default=dict, copy=False, listed=False)
    must_change_password: Mapped[bool] = field(_("Must change the password"), default=False, track=True)
    password_changed_at: Mapped[Instant | None] = field(
        _("Password changed"), track=True, readonly=True, listed=False
    )
    second_factor: Mapped[bool] = field(
        _("Second factor"), default=False, track=True, readonly=True,
        help=_("Signs in with a code of an authenticator app as well."),
    )  # fmt: skip
    roles: Mapped[list[UserRole]] = children(
        _("Roles"), by=lambda: UserRole.user, order=lambda: UserRole.role
    )
    companies: Mapped[list[UserCompany]] = children(_("Companies"), by=lambda: UserCompany.user)


class UserRole(Model):
    """A role that a user was given; the roles that it implies come with it."""

    __tablename__ = "base_user_role"
    __table_args__ = (UniqueConstraint("user_id", "role"),)
    singular = _("Role of a user")
    plural = _("Roles of users")

    user_id: Mapped[int] = part_of(User, _("User"))
    user: Mapped[User] = link(user_id, back=lambda: User.roles)
    #: The name of a declared Role: roles are code, users are data.
    role: Mapped[Code] = field(_("Role"), track=True, title=True, key=True)


class UserCompany(Model):
    """A company whose records a user sees."""

    __tablename__ = "base_user_company"
    __table_args__ = (UniqueConstraint("user_id", "company_id"),)
    singular = _("Company of a user")
    plural = _("Companies of users")

    user_id: Mapped[int] = part_of(User, _("User"))
    user: Mapped[User] = link(user_id, back=lambda: User.companies)
    company_id: Mapped[int] = reference("base_company", _("Company"), track=True, key=True)
    company: Mapped[Company] = link(company_id)


class Credential(Base):
    """What proves who a user is. Not a Model: the gate shows it to the system alone."""

    __tablename__ = "base_credential"

    user_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("base_user.id", ondelete="CASCADE"), primary_key=True
    )
    password_hash: Mapped[str | None] = mapped_column(String(200))
    #: The authenticator's key, encrypted with a key derived from the site's secret.
    totp_secret: Mapped[str | None] = mapped_column(String(300))
    #: False until the user proved the authenticator with a first code.
    totp_confirmed: Mapped[bool] = mapped_column(default=False)
    #: The last time step that was used: a code counts once.
    totp_step: Mapped[int] = mapped_column(Integer, default=0)
    #: SHA-256 of the recovery codes that were not used yet.
    recovery_hashes: Mapped[list[str]] = mapped_column(JSON, default=list)
