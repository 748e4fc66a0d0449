"""Its new version does not know a state any more that records have."""

from core import Addon, _

addon = Addon("sapling", title=_("Sapling"))
