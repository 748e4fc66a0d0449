"""Takes a table name that another addon has."""

from core import Addon, _

addon = Addon("annex", depends=("library",), title=_("Annex"))
