"""What lending adds to a book, and the ledger of loans."""

from library.models.book import Book
from sqlalchemy.orm import Mapped

from core import Facet, Instant, Model, _, append_only, field, link, reference


class LentBook(Facet[Book]):
    """How a book may be lent."""

    __tablename__ = "lending_book"

    days: Mapped[int] = field(_("Days"), default=14)


class Movement(Model):
    """A book that left or came back; a correction is a new movement."""

    __tablename__ = "lending_movement"
    singular = _("Movement")
    plural = _("Movements")

    book_id: Mapped[int] = reference(Book, _("Book"), title=True)
    book: Mapped[Book] = link(book_id)
    out: Mapped[bool] = field(_("Out"), default=True)
    moved_at: Mapped[Instant | None] = field(_("Moved at"))


append_only(Movement, _("Movements are never changed. Enter one in the other direction."))
