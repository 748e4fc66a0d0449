"""Who works in a library."""

from core import Role, _

librarian = Role("library.librarian", _("Librarian"))
