"""People, what they may do by training, and who signs in."""

from __future__ import annotations

from core.base.models.person import Badge, Person, PersonQualification, Qualification
from core.base.models.role import administrator, auditor
from core.base.models.user import ClaimedRole, IdentityProvider, Signature, User, UserCompany, UserRole
from core.base.rules.qualification import held_until
from core.i18n import _
from core.orm.condition import where
from core.orm.env import Env
from core.orm.operand import Relative
from core.views.live import fill
from core.views.nodes import Form, Group, Lines, List, Menu, MenuPage, MenuSection, Preset, Shown, Tab, View
from core.views.place import place

section = MenuSection("people", _("People"), order=70)

people = View(
    Person,
    icon="users",
    list=List(
        Person.number, Person.name, Person.task, Person.email, Person.phone, Person.site_id, Person.active,
        facets=(Person.site_id, Person.active),
        sort=("name",),
        presets=(Preset("active", _("Working here"), where(Person.active, "eq", True)),),
    ),
    form=Form(
        Group(
            "main", Person.number, Person.name, Person.task, Person.email, Person.phone, Person.site_id,
            Person.active,
        ),
        Tab(
            "qualifications", _("Qualifications"),
            Lines(
                Person.qualifications, PersonQualification.qualification_id, PersonQualification.valid_from,
                PersonQualification.valid_until,
            ),
        ),
        Tab(
            "badges", _("Badges"),
            Lines(Person.badges, Badge.number, Badge.valid_from, Badge.valid_until, Badge.active),
        ),
    ),
    menu=Menu("people", _("People"), icon="users", order=10),
)  # fmt: skip

held_qualifications = View(
    PersonQualification,
    icon="certificate",
    list=List(
        PersonQualification.person_id, PersonQualification.qualification_id, PersonQualification.valid_from,
        PersonQualification.valid_until,
        facets=(PersonQualification.qualification_id,),
        sort=("valid_until",),
        presets=(
            Preset(
                "ending", _("Ending within 60 days"),
                where(PersonQualification.valid_until, "le", Relative("day", 60)), sort=("valid_until",),
            ),
        ),
        due=PersonQualification.valid_until,
    ),
)  # fmt: skip

qualifications = View(
    Qualification,
    icon="certificate",
    list=List(
        Qualification.code, Qualification.name, Qualification.valid_months, Qualification.active,
        sort=("code",),
    ),
    form=Form(
        Group(
            "main", Qualification.code, Qualification.name, Qualification.valid_months, Qualification.active
        ),
        Tab("notes", _("Description"), Group("notes", Qualification.description)),
    ),
    menu=Menu("people", _("Qualifications"), icon="certificate", order=20),
)  # fmt: skip

users = View(
    User,
    docs="docs/administration.html#users",
    icon="user-check",
    list=List(
        User.login, User.name, User.email, User.person_id, User.home_company_id, User.second_factor, User.active,
        facets=(User.active, User.home_company_id),
        sort=("login",),
    ),
    form=Form(
        Group(
            "main", User.login, User.name, User.email, User.person_id, User.home_company_id,
            Shown(User.locale, widget="locale"), Shown(User.zone, widget="zone"), User.active,
        ),
        Tab("roles", _("Roles"), Lines(User.roles, Shown(UserRole.role, widget="role"), UserRole.source)),
        Tab("companies", _("Companies"), Lines(User.companies, UserCompany.seen_company_id, UserCompany.source)),
        Tab(
            "sign_in", _("Sign-in"),
            Group("sign_in", User.must_change_password, User.password_changed_at, User.second_factor),
        ),
        subtitle=User.login,
    ),
    menu=Menu("settings", _("Users"), icon="user-check", order=30),
)  # fmt: skip


identity_providers = View(
    IdentityProvider,
    docs="docs/administration.html#identity-providers",
    icon="key",
    list=List(
        IdentityProvider.code, IdentityProvider.name, IdentityProvider.issuer, IdentityProvider.provisions,
        IdentityProvider.active,
        facets=(IdentityProvider.active,),
        sort=("code",),
    ),
    form=Form(
        Group(
            "main", IdentityProvider.code, IdentityProvider.name, IdentityProvider.issuer,
            IdentityProvider.client_id, IdentityProvider.scopes, IdentityProvider.active,
        ),
        Group(
            "claims", IdentityProvider.login_claim, IdentityProvider.name_claim, IdentityProvider.email_claim,
            IdentityProvider.groups_claim, IdentityProvider.strong_values, IdentityProvider.provisions,
            label=_("Claims"),
        ),
        Tab(
            "gives", _("What groups give"),
            Lines(
                IdentityProvider.gives, ClaimedRole.value, Shown(ClaimedRole.role, widget="role"),
                ClaimedRole.seen_company_id,
            ),
        ),
        subtitle=IdentityProvider.code,
    ),
    menu=Menu("settings", _("Identity providers"), icon="key", order=31),
)  # fmt: skip

audit = MenuPage("settings", _("Audit trail"), "/-/audit", User, icon="history", order=32, role=auditor)

signatures = View(
    Signature,
    docs="docs/audit.html#signatures",
    icon="certificate",
    list=List(
        Signature.signed_at, Signature.printed_name, Signature.meaning, Signature.model, Signature.record_id,
        Signature.record_version, Signature.components,
        facets=(Signature.signer_id, Signature.model),
        sort=("-signed_at",),
    ),
    menu=Menu("settings", _("Signatures"), icon="certificate", order=33),
)  # fmt: skip

addons = MenuPage("settings", _("Addons"), "/-/addons", User, icon="puzzle", order=83, role=administrator)
shipped = MenuPage(
    "settings", _("Shipped data"), "/-/shipped", User, icon="git-merge", order=84, role=administrator
)

place(users, into="links")(
    MenuPage("settings", _("Changes by this person"), "/-/audit", User, icon="history", role=auditor)
)


@fill(PersonQualification, on=(PersonQualification.qualification_id, PersonQualification.valid_from))
def propose_end(env: Env, held: PersonQualification) -> None:
    """The last day, by how long the qualification holds."""
    wanted = env.session.get(Qualification, held.qualification_id) if held.qualification_id else None
    if wanted is not None and held.valid_from is not None:
        held.valid_until = held_until(held.valid_from, wanted.valid_months)
