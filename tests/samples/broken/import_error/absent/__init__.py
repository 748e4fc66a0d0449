"""Needs a module that nobody has."""

from core import Addon, _

addon = Addon("absent", depends=("library",), title=_("Absent"))
