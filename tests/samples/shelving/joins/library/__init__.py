"""Books on shelves."""

from core import Addon, _

addon = Addon("shelving.library", joins=("shelving", "library"), title=_("Books on shelves"))
