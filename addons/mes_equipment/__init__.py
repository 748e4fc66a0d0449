"""Equipment on the floor: its states, counts and shifts, where the time goes, and what is used at it."""

from core import Addon, _

addon = Addon("mes_equipment", title=_("Equipment"))
