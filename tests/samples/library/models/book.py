"""Books."""

from sqlalchemy.orm import Mapped

from core import Code, Model, Name, _, field


class Book(Model):
    """A work in print that people may read."""

    __tablename__ = "library_book"
    singular = _("Book")
    plural = _("Books")

    code: Mapped[Code] = field(_("Code"), unique=True, title=True, key=True, search=True, track=True)
    name: Mapped[Name] = field(_("Title"), search=True)
    pages: Mapped[int | None] = field(_("Pages"))
