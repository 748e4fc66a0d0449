"""A small addon with all that a record page can show: workflow, lines, conditions, fills, actions of each kind."""

from core import Addon, _

addon = Addon("workshop", title=_("Workshop"))
