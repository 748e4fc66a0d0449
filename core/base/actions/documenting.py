"""Where the documentation explains what a page or a field is about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.addon import owner_of
from core.base.settings import Level, setting, value
from core.i18n import _

if TYPE_CHECKING:
    from core.orm.env import Env

docs_url = setting(
    "base.docs_url", _("Address of the documentation"), "", levels=(Level.SITE,), web_address=True,
    help=_("Where the documentation is served as it was built. Empty: pages do not link to it."),
)  # fmt: skip


def docs_root(env: Env) -> str:
    """The address of the site's documentation, "" where it has none."""
    return value(env, docs_url).rstrip("/")


def docs_page(env: Env, declared: type, page: str) -> str:
    """The address of `page`, which the addon of the class `declared` names; "" where there is none.

    An addon that publishes documentation of its own says so in its manifest; that of all others is the site's.
    """
    if not page:
        return ""
    owner = owner_of(declared.__module__)
    own = next((package.addon.docs for package in env.site.packages if package.name == owner), "")
    root = own.rstrip("/") or docs_root(env)
    return f"{root}/{page}" if root else ""
