"""Clerks and managers write repairs, onlookers read them."""

from core import Grant
from core.base import Currency, Unit
from tests.core.web.workshop.models import Client, Repair, clerk, onlooker

grants = [
    Grant(clerk, (Repair, Client), "read create write delete"),
    Grant(onlooker, (Repair, Client), "read"),
    Grant(clerk, (Currency, Unit), "read"),
]
