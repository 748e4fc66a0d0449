"""Calls that fit no specification."""

from core import Env


def lend(env: Env, book: object) -> None:
    env.hook.decide_lending(env=env)
    env.hook.decide_returning(env=env, book=book)
