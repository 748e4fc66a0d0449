"""The custom fields of a site as its database defines them, read below the gate: they are needed to build it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from core.custom.field import CustomChoice, CustomField
from core.custom.kind import CustomType
from core.orm.plan import table_of


@dataclass(frozen=True)
class Definition:
    """A custom field, and all that its column and its label are made of."""

    id: int
    company_id: int | None
    label: str
    #: The name of the model that has it, and of the one that it refers to.
    model: str
    key: str
    type: CustomType
    target: str | None
    help: str | None
    required: bool
    default: str | None
    listed: bool
    tracked: bool
    searched: bool
    seen_by: str | None
    set_by: str | None
    active: bool
    #: Value and label of each choice, in order.
    choices: Sequence[tuple[str, str]]


def definitions(connection: Connection, model: str = "") -> list[Definition]:
    """Those of every model or of the one called `model`, hidden ones included, in order."""
    own, part = table_of(CustomField).c, table_of(CustomChoice).c
    chosen: dict[int, list[tuple[str, str]]] = {}
    for owner, value, label in connection.execute(
        select(part.custom_field_id, part.value, part.label_text).order_by(
            part.custom_field_id, part.position, part.id
        )
    ):
        chosen.setdefault(owner, []).append((value, label))
    asked = select(
        own.id, own.company_id, own.label_text.label("label"), own.model, own.key, own.type, own.target,
        own.help_text.label("help"), own.required, own.default_text.label("default"), own.listed, own.tracked,
        own.searched, own.seen_by, own.set_by, own.active,
    ).order_by(own.position, own.id)  # fmt: skip
    rows = connection.execute(asked.where(own.model == model) if model else asked).mappings()
    return [Definition(**row, choices=tuple(chosen.get(row["id"], ()))) for row in rows]
