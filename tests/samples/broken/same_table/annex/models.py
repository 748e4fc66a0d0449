"""A second kind of book, in the same table."""

from sqlalchemy.orm import Mapped

from core import Code, Model, _, field


class Volume(Model):
    """A book in the annex."""

    __tablename__ = "library_book"

    code: Mapped[Code] = field(_("Code"))
