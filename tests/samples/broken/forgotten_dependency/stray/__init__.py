"""Adds to the library's books without saying that it needs the library."""

from core import Addon, _

addon = Addon("stray", title=_("Stray"))
