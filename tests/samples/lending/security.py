"""Lending follows the library's roles."""

from library.models.role import librarian

from core import Grant
from lending.models import Movement

grants = [Grant(librarian, Movement, "read")]
