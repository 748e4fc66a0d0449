"""Shelves, for whatever stands on them."""

from core import Addon, _

addon = Addon("shelving", title=_("Shelving"))
