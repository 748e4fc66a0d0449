"""What the gate asks of whoever decides about access (core.security answers)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from sqlalchemy import ColumnElement
from sqlalchemy.sql.base import Executable

if TYPE_CHECKING:
    from core.orm.env import Principal
    from core.orm.field import FieldInfo
    from core.orm.model import Base, Model
    from core.security.role import Role


class Access(Protocol):
    """The installed addons' grants, field roles and scopes, compiled."""

    #: Every declared role by name.
    roles: dict[str, Role]

    def gated(
        self, principal: Principal, statement: Executable, tables: frozenset[str], acting: str = ""
    ) -> Executable:
        """`statement`, which reads `tables`, kept to the rows of the person's companies and scopes."""

    def may(
        self, principal: Principal, verb: str, model: type[Base], acting: str = "", *, together: bool = False
    ) -> bool:
        """Whether a grant lets `principal` (or, as a consequence, the addon `acting`) do `verb` with `model`.

        `together` says that a part is made or deleted with its document, as who may create or delete that may.
        """

    def may_act(self, principal: Principal, action: str, model: type[Model]) -> bool:
        """Whether the principal's token, if they act with one, names the action; its roles are the action's matter."""

    def may_field(self, principal: Principal, info: FieldInfo, *, setting: bool = False) -> bool:
        """Whether the field's roles let `principal` see it or, `setting`, set it."""

    def scope(
        self, principal: Principal, model: type[Model], entity: Any, verb: str
    ) -> ColumnElement[bool] | None:
        """The condition on `entity` (the model or an alias) for `verb`, besides the company; None is every row."""
