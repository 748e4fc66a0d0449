"""Who may do what in a library."""

from core import Grant
from library.models.book import Book
from library.models.role import librarian

grants = [Grant(librarian, Book, "read create write delete")]
