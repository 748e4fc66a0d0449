"""Maps a table, then breaks when told to."""

import os

from library.models.book import Book
from sqlalchemy.orm import Mapped

from core import Facet, _, field


class AbsentBook(Facet[Book]):
    """A shade for each book."""

    __tablename__ = "absent_book"

    shade: Mapped[int] = field(_("Shade"), default=1)


if os.environ.get("SAMPLE_BROKEN"):
    import module_that_nobody_has  # noqa: F401 -- it is there to fail
