"""What every library begins with."""

from sqlalchemy import select

from core import Env
from library.models.book import Book


def seed(env: Env) -> None:
    """One book, made once."""
    if env.session.scalar(select(Book.id).where(Book.code == "FIRST")) is None:
        env.add(Book(code="FIRST", name="The first book"))
