"""Books and who wrote them: the smallest addon that others can build upon."""

from core import Addon, _

addon = Addon("library", title=_("Library"))
