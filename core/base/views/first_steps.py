"""What every new site needs: a company and its place, colleagues, back-ups, second factors, items."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core import config
from core.base.models.company import Company, Site
from core.base.models.item import Item
from core.base.models.mechanism import Schedule
from core.base.models.user import User
from core.i18n import _
from core.orm.condition import Test, where
from core.views.first_step import FirstStep, there_is

if TYPE_CHECKING:
    from core.orm.env import Env


def _is_backed_up(env: Env) -> bool:
    return bool(config.read(env.site.folder).backups)


def _has_second_factor(env: Env) -> bool:
    return env.user_id is not None and env.get(User, env.user_id).second_factor


first_steps = [
    FirstStep(
        "company", _("Describe your company"),
        _("Its name, country, VAT number and currency stand on every document."),
        "/m/base.company", Company, there_is(Company), order=10,
    ),
    FirstStep(
        "site", _("Add a plant with its address"), _("Goods are delivered there, and its machines belong to it."),
        "/m/base.site", Site, there_is(Site, Test("city", "not_empty")), order=20,
    ),
    FirstStep(
        "second_factor", _("Set up your second factor"),
        _("An administrator's password alone should open nothing: add a passkey or an app that shows codes."),
        "/-/settings/sign-in", User, _has_second_factor, verb="read", order=30,
    ),
    FirstStep(
        "users", _("Invite a colleague"), _("Give each person an account of their own, with the roles of their work."),
        "/m/base.user", User, there_is(User, where(User.active, "eq", True), least=2), order=40,
    ),
    FirstStep(
        "backups", _("Have back-ups made"),
        _("Name a folder on another disk as backups in dovetail.toml: each night one is made and restored as a proof."),
        "/m/base.schedule", Schedule, _is_backed_up, verb="write", order=50,
    ),
    FirstStep(
        "items", _("Add the first item"), _("By hand, or all of them from a spreadsheet with Import."),
        "/m/base.item", Item, there_is(Item), order=60,
    ),
]  # fmt: skip
