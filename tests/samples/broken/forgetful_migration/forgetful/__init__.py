"""Its model has a field that its second migration forgets."""

from core import Addon, _

addon = Addon("forgetful", title=_("Forgetful"))
