"""Listens to a hook that nobody announces."""

from core import Addon, _

addon = Addon("eager", depends=("library",), title=_("Eager"))
