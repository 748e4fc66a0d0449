"""Lending books out: for how long, and what came and went."""

from core import Addon, _

addon = Addon("lending", depends=("library",), title=_("Lending"))
