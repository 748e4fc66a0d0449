"""What a library tells and asks."""

from core import Env, hookspec
from library.models.book import Book


@hookspec(firstresult=True)
def decide_lending(env: Env, book: Book) -> bool | None:
    """Whether `book` may leave the house; None leaves it to the default, yes."""
