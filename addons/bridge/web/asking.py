"""Who asks for a page of the bridge."""

from __future__ import annotations

from addons.bridge.models import Partner
from core import Forbidden, Text, _
from core.web.parts import Crumb
from core.web.request import env

URL = "/bridge"


def company() -> int:
    """The company that the person works in, if they may look at its bridge."""
    at = env()
    if not at.site.access.may(at.principal, "read", Partner) or at.company_id is None:
        raise Forbidden(_("Your roles do not include the bridge."))
    return at.company_id


def crumbs(title: Text) -> tuple[Crumb, ...]:
    return (Crumb(_("Bridge"), URL), Crumb(title))
