"""What a new site needs before it is of use, as its addons say it: the checklist of an administrator's home page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.i18n import Text
from core.orm import query
from core.orm.condition import Condition
from core.orm.model import Model

if TYPE_CHECKING:
    from core.orm.env import Env


@dataclass(frozen=True, eq=False)
class FirstStep:
    """Something to do on a new site, for administrators who may do `verb` with records of `model`."""

    name: str
    label: Text
    #: What it is good for, in a sentence.
    why: Text
    #: The page where it is done.
    url: str
    model: type[Model]
    #: Whether the site's data say that it was done, in a reading transaction of the person.
    done: Callable[[Env], bool]
    verb: str = "create"
    order: int = 50


def there_is(model: type[Model], where: Condition | None = None, *, least: int = 1) -> Callable[[Env], bool]:
    """Whether the person sees so many records of `model` that fulfil `where`."""

    def found(env: Env) -> bool:
        return query.count(env, model, where, cap=least).value >= least

    return found
