"""The people of the demonstration, and who of them signs in."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from core import clock, i18n
from core.base.demo.plant import ZONE
from core.base.demo.record import Ids, made
from core.base.models.person import Badge, Person, PersonQualification, Qualification
from core.base.models.role import administrator, auditor, master_data_editor, personnel_officer
from core.base.models.user import Credential, User, UserCompany, UserRole
from core.i18n import Text, _
from core.security.passwords import hash_of

if TYPE_CHECKING:
    from core.orm.env import Env
    from core.security.role import Role

PASSWORD = "alden-demo"  # noqa: S105 -- shown to everybody who starts the demonstration

#: Login, name, task, company, roles of base; addons give them theirs.
_USERS: list[tuple[str, str, Text, str, tuple[Role, ...]]] = [
    ("jonas", "Jonas Oyelaran", _("Planner"), "KH", ()),
    ("maren", "Maren Lindqvist", _("Buyer"), "KH", (master_data_editor,)),
    ("tove", "Tove Brandt", _("Head of purchasing"), "KH", ()),
    ("ruth", "Ruth Okafor", _("Buyer"), "KH", ()),
    ("lena", "Lena Krog", _("Storekeeper"), "KH", ()),
    ("amina", "Amina Sørby", _("Machine operator"), "KH", ()),
    ("idris", "Idris Kane", _("Maintenance"), "KH", ()),
    ("henrike", "Henrike Falk", _("Personnel office"), "KH", (personnel_officer,)),
    ("pavel", "Pavel Novak", _("Auditor"), "KH", (auditor,)),
    ("admin", "Ada Winter", _("Administrator"), "KH", (administrator,)),
    ("nils", "Nils Gruber", _("Buyer"), "MP", (master_data_editor,)),
]

SIGN_IN = [(login, PASSWORD, f"{name}, {task}") for login, name, task, _company, _roles in _USERS]

#: Those who work on the floor without an account.
_OTHERS: list[tuple[str, Text]] = [
    ("Bram Visser", _("Inspector")),
    ("Jana Petrik", _("Machine operator")),
    ("Luca Ferri", _("Machine operator")),
    ("Sofie Dahl", _("Assembler")),
    ("Karim Haddad", _("Assembler")),
]

_QUALIFICATIONS: list[tuple[str, Text, int | None]] = [
    ("FORKLIFT", _("Forklift licence"), 12),
    ("MILLING", _("Milling, set-up and running"), None),
    ("CMM", _("Coordinate measuring"), 24),
    ("FIRST-AID", _("First aid"), 24),
    ("PRESSURE", _("Pressure testing"), 36),
]

#: Person, qualification, days from today until it ends; None does not end.
_HELD: list[tuple[str, str, int | None]] = [
    ("Lena Krog", "FORKLIFT", 41),
    ("Karim Haddad", "FORKLIFT", -6),
    ("Amina Sørby", "MILLING", None),
    ("Jana Petrik", "MILLING", None),
    ("Luca Ferri", "MILLING", None),
    ("Bram Visser", "CMM", 380),
    ("Bram Visser", "PRESSURE", 902),
    ("Sofie Dahl", "PRESSURE", 55),
    ("Idris Kane", "FIRST-AID", 210),
]


def people(env: Env, companies: Ids) -> None:
    """People with numbers, badges and qualifications, and their accounts."""
    rows = [(name, str(task), companies[company]) for _login, name, task, company, _roles in _USERS]
    rows += [(name, str(task), companies["KH"]) for name, task in _OTHERS]
    ids = made(
        env, Person, ("name", "task", "company_id", "number", "email"),
        [
            (name, task, company, f"{100 + at}", f"{name.split()[0].lower()}@kestrel.example")
            for at, (name, task, company) in enumerate(rows)
        ],
    )  # fmt: skip
    made(
        env, Badge, ("person_id", "number"),
        [(person, f"{4_700_000 + 37 * at}") for at, person in enumerate(ids.values())],
    )  # fmt: skip
    _qualifications(env, ids)
    _accounts(env, companies, ids)


def _qualifications(env: Env, people: Ids) -> None:
    qualifications = made(
        env, Qualification, ("code", "name", "valid_months", "company_id"),
        [(code, str(name), months, None) for code, name, months in _QUALIFICATIONS],
    )  # fmt: skip
    today = clock.today()
    made(
        env, PersonQualification, ("person_id", "qualification_id", "valid_from", "valid_until"),
        [
            (people[name], qualifications[code], today - timedelta(days=320),
             None if days is None else today + timedelta(days=days))
            for name, code, days in _HELD
        ],
    )  # fmt: skip


def _accounts(env: Env, companies: Ids, people: Ids) -> None:
    users = made(
        env, User, ("login", "name", "email", "person_id", "home_company_id", "locale", "zone"),
        [
            (login, name, f"{login}@kestrel.example", people[name], companies[company], i18n.locale(), ZONE)
            for login, name, _task, company, _roles in _USERS
        ],
    )  # fmt: skip
    made(
        env, UserRole, ("user_id", "role"),
        [(users[login], role.name) for login, _n, _t, _c, roles in _USERS for role in roles],
    )  # fmt: skip
    made(
        env, UserCompany, ("user_id", "seen_company_id"),
        [(users[login], companies[company]) for login, _n, _t, company, _r in _USERS]
        + [(users["admin"], companies["MP"])],
    )  # fmt: skip
    hashed = hash_of(PASSWORD)
    env.session.add_all(Credential(user_id=user, password_hash=hashed) for user in users.values())
    env.flush()
