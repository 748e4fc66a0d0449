"""A model that nobody defined, and a facet that old records cannot have."""

from library.models.book import Book
from sqlalchemy import text
from sqlalchemy.orm import Mapped

from core import Facet, Model, Name, _, field
from core.orm.tracking import Change

TRAIL = Change.__table__
EVERYTHING = text("1 = 1")


class Remark(Model):
    __tablename__ = "rude_remark"

    body: Mapped[Name] = field(_(""))
    what_the_reader_thought_of_it_when_they_had_read_it: Mapped[Name] = field(_("Thought"), sort=True)


class RudeBook(Facet[Book]):
    """An insult for each book."""

    __tablename__ = "rude_book"

    insult: Mapped[Name] = field(_("Insult"))
