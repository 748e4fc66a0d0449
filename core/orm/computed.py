"""Computed: a labelled hybrid, the same value in Python and in SQL, never stored and never stale."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from sqlalchemy.ext.hybrid import hybrid_property

from core.i18n import Text

T = TypeVar("T")


def computed(label: Text, *, widget: str = "text") -> Callable[[Callable[[Any], T]], hybrid_property[T]]:
    """Make a method a computed field; give its SQL with `@name.inplace.expression` when it differs.

    Without an SQL expression of its own the method itself is called on the class, as hybrids do.
    """

    def labelled(function: Callable[[Any], T]) -> hybrid_property[T]:
        made = hybrid_property(function)
        made.info["computed"] = label
        made.info["widget"] = widget
        return made

    return labelled
