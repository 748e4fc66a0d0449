"""Role, Grant, Scope and Right: what an addon's security module declares."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import ColumnElement

if TYPE_CHECKING:
    from core.i18n import Text
    from core.orm.env import Principal
    from core.orm.model import Model

Verb = Literal["read", "create", "write", "delete"]
VERBS: tuple[Verb, ...] = ("read", "create", "write", "delete")


@dataclass(frozen=True)
class Role:
    """A set of permissions that a person is given; `implies` other roles."""

    name: str
    label: Text
    implies: tuple[Role, ...] = ()
    help: Text | None = None
    #: Every user has it without being given it.
    everybody: bool = False

    def closure(self) -> frozenset[str]:
        """The names of this role and of every role it implies."""
        return frozenset({self.name}).union(*(role.closure() for role in self.implies))


@dataclass(frozen=True)
class Grant:
    """`role` may do `verbs` ("read create write delete") with records of `models`."""

    role: Role
    models: type[Model] | Sequence[type[Model]]
    verbs: str

    def __iter__(self) -> Any:  # Any: an iterator of (model, verb)
        chosen = self.models if isinstance(self.models, Sequence) else (self.models,)
        return iter((model, verb) for model in chosen for verb in self.verbs.split())


@dataclass(frozen=True)
class Scope:
    """What `role` is granted on `model` holds for the rows that fulfil `rows(entity, principal)` alone.

    `rows` takes the model or an alias of it, so that it can be asked of either.
    """

    role: Role
    model: type[Model]
    rows: Callable[[Any, Principal], ColumnElement[bool]]  # Any: the model or an alias of it
    label: Text | str = ""


@dataclass(frozen=True)
class Right:
    """What code of the declaring addon may write in models of others as a consequence of a granted action."""

    models: type[Model] | Sequence[type[Model]]
    verbs: str
