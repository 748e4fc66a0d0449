"""On which shelf a book stands."""

from library.models.book import Book
from sqlalchemy.orm import Mapped

from core import Facet, _, link, reference
from shelving.models import Shelf


class ShelvedBook(Facet[Book]):
    """Where a book stands."""

    __tablename__ = "shelving_library_book"

    shelf_id: Mapped[int | None] = reference(Shelf, _("Shelf"))
    shelf: Mapped[Shelf | None] = link(shelf_id)
