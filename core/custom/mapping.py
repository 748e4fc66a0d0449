"""The facets that a process makes of the custom fields of its site."""

from __future__ import annotations

from itertools import groupby
from types import new_class
from typing import Any

from sqlalchemy import Connection, inspect
from sqlalchemy.orm import configure_mappers

from core.addon import CUSTOM
from core.custom.column import is_loaded, mapped
from core.custom.definition import Definition, definitions
from core.custom.naming import table_name
from core.errors import AddonError
from core.i18n import _
from core.orm import catalog
from core.orm.facet import Facet
from core.orm.model import Model, model_named


def map_all(connection: Connection) -> None:
    """Map the shown custom fields of the site, each model's as a sparse facet.

    Raises AddonError where the process has mapped others: models cannot be taken out of a process.
    """
    wanted = [d for d in definitions(connection) if d.active and is_loaded(d)]
    if list(_mapped.values()) == wanted:
        return
    if _mapped:
        raise AddonError(
            _("This process has read the custom fields of another site, or as they were. Start it again.")
        )
    there = set(inspect(connection).get_table_names())
    for name, fields in groupby(sorted(wanted, key=lambda d: d.model), key=lambda d: d.model):
        model = model_named(name)
        if model is not None and table_name(str(model.__tablename__)) in there:
            _map(model, list(fields))
    _mapped.update({(d.model, d.key): d for d in wanted})
    configure_mappers()
    catalog.forget()


def known(model: str, key: str) -> Definition | None:
    """The field as this process has it mapped."""
    return _mapped.get((model, key))


_mapped: dict[tuple[str, str], Definition] = {}


def _map(model: type[Model], fields: list[Definition]) -> None:
    name = table_name(str(model.__tablename__))
    body: dict[str, Any] = {  # Any: a class's body
        "__module__": CUSTOM,
        "__doc__": f"What administrators added to {model.__name__}.",
        "__tablename__": name,
    }
    body |= {d.key: mapped(d, model) for d in fields}
    new_class(f"Custom_{name}", (Facet[model],), {"sparse": True}, lambda given: given.update(body))  # type: ignore[valid-type]  # made at run time
