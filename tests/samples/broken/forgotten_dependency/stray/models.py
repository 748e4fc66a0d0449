"""A facet of somebody else's model."""

from library.models.book import Book
from sqlalchemy.orm import Mapped

from core import Facet, _, field


class StrayBook(Facet[Book]):
    """A colour for each book."""

    __tablename__ = "stray_book"

    colour: Mapped[str | None] = field(_("Colour"))
