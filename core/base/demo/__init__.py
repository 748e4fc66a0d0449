"""Kestrel Hydraulics, a maker of valve blocks with a plant at Alden, and a second company to keep apart from it."""

from __future__ import annotations

from core import i18n
from core.base.demo import material, partner, people, plant
from core.base.seed import language as site_language
from core.base.seed import seed
from core.base.settings import Level, choose
from core.orm.env import Env

#: Who can sign in: login, password and what they are. The passwords are known, so that they are for loopback alone.
USERS = people.SIGN_IN


def demo(env: Env, language: str) -> None:
    """The same data at every call on an empty site, in English or German; days are counted from today."""
    choose(env, site_language, language, Level.SITE)
    seed(env)
    with i18n.speaking(language):
        companies = plant.companies(env)
        plant.money(env, companies)
        plant.places(env, companies)
        partner.partners(env, companies)
        people.people(env, companies)
        material.items(env, companies)
        material.products(env, companies)
