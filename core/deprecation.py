"""What will go: the addon that still uses it is told by its name."""

from __future__ import annotations

import logging
import sys
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from types import FrameType
from typing import ParamSpec, TypeVar

from core.addon import owner_of

log = logging.getLogger("dovetail.deprecation")

P = ParamSpec("P")
R = TypeVar("R")

_ATTRIBUTE = "__dovetail_deprecation__"
_logged: set[str] = set()


class AddonDeprecationWarning(DeprecationWarning):
    """An addon uses what a later version will not have."""


@dataclass(frozen=True)
class Deprecation:
    """What goes, with the version that says so, the one in which it is gone, and what to use."""

    name: str
    since: str
    gone_in: str
    instead: str

    def told(self, user: str) -> str:
        """The sentence that the author of `user` reads; English, as all that is for programmers."""
        return (
            f"{user} uses {self.name}, deprecated since {self.since} and gone in {self.gone_in}. "
            f"Use {self.instead}."
        )


def deprecated(*, since: str, gone_in: str, instead: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Mark a function, or, below `@hookspec`, a hook: each addon that calls or implements it is told, once in the log.

    `since` and `gone_in` are versions of the owner; at least one minor version lies between them.
    """

    def mark(function: Callable[P, R]) -> Callable[P, R]:
        mine = Deprecation(function.__qualname__, since, gone_in, instead)

        @wraps(function)
        def telling(*args: P.args, **kwargs: P.kwargs) -> R:
            tell(mine, *_user_of(function.__module__))
            return function(*args, **kwargs)

        setattr(telling, _ATTRIBUTE, mine)
        return telling

    return mark


def of(function: object) -> Deprecation | None:
    """How `function` was marked, if it was."""
    found: Deprecation | None = getattr(function, _ATTRIBUTE, None)
    return found


def tell(deprecation: Deprecation, user: str, stacklevel: int = 1) -> None:
    """Warn the author of `user`, and whoever reads the log of a site, there once a process."""
    sentence = deprecation.told(user)
    warnings.warn(sentence, AddonDeprecationWarning, stacklevel=stacklevel + 1)
    if sentence not in _logged:
        _logged.add(sentence)
        log.warning(sentence)


def _user_of(module: str) -> tuple[str, int]:
    """Who called what `module` marked, and how far up the stack from `tell`: the nearest code of another owner."""
    owner, level = owner_of(module), 1
    frame: FrameType | None = sys._getframe(2)
    while frame is not None:
        caller = frame.f_globals.get("__name__", "")
        if owner_of(caller) != owner:
            return f"Addon {owner_of(caller)}" if owner_of(caller) else f"Module {caller}", level + 1
        frame, level = frame.f_back, level + 1
    return "A program", 2
