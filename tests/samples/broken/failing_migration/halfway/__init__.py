"""Its second migration breaks after it has done half of its work."""

from core import Addon, _

addon = Addon("halfway", title=_("Halfway"))
