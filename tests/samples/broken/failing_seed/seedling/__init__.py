"""The seeds of its new version cannot be filled in."""

from core import Addon, _

addon = Addon("seedling", title=_("Seedling"))
