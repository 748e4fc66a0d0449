"""A scope on somebody else's model: while it is missing, nobody may write books."""

from library.models.book import Book
from library.models.role import librarian

from core import Scope

scopes = [Scope(librarian, Book, lambda entity, principal: entity.code != "SECRET")]
