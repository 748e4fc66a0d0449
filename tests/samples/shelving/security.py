"""Who arranges shelves."""

from core import Grant
from shelving.models import Shelf, porter

grants = [Grant(porter, Shelf, "read create write delete")]
