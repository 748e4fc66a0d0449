"""A hook with a name of its own making."""

from core import hookimpl


@hookimpl
def book_was_burnt(book: object) -> None:
    """Never called."""
