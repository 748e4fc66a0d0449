"""What is done with books."""

from collections.abc import Sequence

from core import Env, UserError, _, action
from library.models.book import Book
from library.models.role import librarian


@action(_("Lend"), on=Book, roles=[librarian])
def lend(env: Env, books: Sequence[Book]) -> None:
    """Hand books to a reader, unless an addon keeps one in."""
    for book in books:
        if env.hook.decide_lending(env=env, book=book) is False:
            raise UserError(_("{book} stays in the house. Nothing has changed.", book=book.label))
