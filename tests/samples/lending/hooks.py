"""Every new book is counted in; books of one page never leave."""

from collections.abc import Sequence

from library.models.book import Book

from core import Env, Model, hookimpl
from lending.models import Movement


@hookimpl
def records_created(env: Env, model: type[Model], ids: Sequence[int]) -> None:
    """A new book comes in."""
    if model is Book:
        env.add(*(Movement(book_id=each, out=False) for each in ids))


@hookimpl
def decide_lending(env: Env, book: Book) -> bool | None:
    """A leaflet stays."""
    return False if book.pages == 1 else None
