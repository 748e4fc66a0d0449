"""Asks a hook for more than it gives."""

from core import Addon, _

addon = Addon("curt", depends=("library",), title=_("Curt"))
