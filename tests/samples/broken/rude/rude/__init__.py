"""Keeps no rule of the house."""

from core import Addon, _

addon = Addon("rude", depends=("library",), title=_("Rude"))
