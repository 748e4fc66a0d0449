"""Its new version has an index that is made while people work."""

from core import Addon, _

addon = Addon("orchard", title=_("Orchard"))
