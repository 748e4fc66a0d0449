"""The shipped rows that a profile names: by values of their own, as shipped, or kept as they are."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy import JSON, Connection, select

from core.base import offering
from core.base.models.record import ExternalId
from core.errors import UserError
from core.i18n import _
from core.orm.catalog import Field, fields_of
from core.orm.env import Env
from core.orm.model import Model, model_name, model_named
from core.orm.operand import parse
from core.orm.plan import table_of
from core.profile.change import Change, Verb
from core.profile.document import KEPT, SHIPPED, Profile, Values

_external = table_of(ExternalId).c
Typed = Mapping[str, Any]  # Any: of the fields' types


@dataclass(frozen=True)
class Row:
    """A record that an addon shipped: what it holds, what was shipped and what is shipped now and waits."""

    external_id: int
    record_id: int
    key: str
    model: type[Model]
    held: Typed
    shipped: Typed | None
    offered: Typed | None

    def differing(self, wanted: Typed) -> Typed:
        return {name: value for name, value in wanted.items() if self.held[name] != value}


def differences(connection: Connection, profile: Profile, coming: Collection[str] = ()) -> Iterator[Change]:
    """What of the rows is not as the profile says.

    The rows of addons that are still `coming` are not there yet; what is said of them is seen once they are. Raises
    BadProfile.
    """
    for (model_is, key), said in profile.seeds.items():
        path = ("seeds", model_is, key)
        model = model_named(model_is)
        if model is None:
            raise profile.refused(path, _("There is no model {name}.", name=model_is))
        values = None if isinstance(said, str) else _typed(profile, path, model, said)
        row = next(rows(connection, model, key), None)
        if row is not None:
            yield from _difference(profile, path, row, said, values)
        elif not _is_of(coming, model_is, key):
            raise profile.refused(path, _("No addon of this site ships such a row."))
        elif values is not None:
            yield Change(Verb.SET, path, None, values)


def _is_of(addons: Collection[str], model: str, key: str) -> bool:
    """Whether one of the addons ships the row: into a table of its own, or under a name that begins with its own."""
    return model.rpartition(".")[0] in addons or key.startswith(tuple(f"{addon}." for addon in addons))


def rows(connection: Connection, model: type[Model], key: str | None = None) -> Iterator[Row]:
    """The records of `model` that addons shipped, or that of one key, and that are still there."""
    table, known = table_of(model), _own(model)
    shipped = [
        _external.model == model_name(model), _external.company_id.is_(None), _external.digest.is_not(None)
    ]  # fmt: skip
    if key is not None:
        shipped.append(_external.key == key)
    asked = (
        select(table, _external.id.label("_external_id"), _external.key.label("_key"),
               _external.shipped.label("_shipped"), _external.offered.label("_offered"))
        .join(ExternalId.__table__, _external.record_id == table.c.id).where(*shipped).order_by(_external.key)
    )  # fmt: skip
    for found in connection.execute(asked).mappings():
        yield Row(
            found["_external_id"], found["id"], found["_key"], model, {name: found[known[name].key] for name in known},
            _read(known, found["_shipped"]), _read(known, found["_offered"]),
        )  # fmt: skip


def _difference(
    profile: Profile, path: tuple[str, ...], row: Row, said: Values | str, values: Typed | None
) -> Iterator[Change]:
    if said == KEPT:
        if row.offered is not None and row.differing(row.offered):
            yield Change(Verb.KEPT, path, row.offered, dict(row.differing(row.offered)), partial(_keep, row))
        return
    wanted = values if said != SHIPPED else row.shipped if row.offered is None else row.offered
    if wanted is None:
        raise profile.refused(path, _("What was shipped is not known any more. Name the values."))
    differing = row.differing(wanted)
    if differing:
        now = {name: row.held[name] for name in differing}
        verb = Verb.SHIPPED if said == SHIPPED else Verb.SET
        yield Change(verb, path, now, differing, partial(_give, row, differing, is_shipped=said == SHIPPED))


def _keep(row: Row, env: Env) -> None:
    offering.keep(env, [row.external_id])


def _give(row: Row, values: Typed, env: Env, *, is_shipped: bool) -> None:
    if is_shipped and row.offered is not None:
        offering.take(env, [row.external_id])
        return
    record = env.get(row.model, row.record_id)
    for name, value in values.items():
        setattr(record, name, value)
    env.flush()


def _typed(profile: Profile, path: tuple[str, ...], model: type[Model], said: Values) -> Typed:
    known = _own(model)
    found = {}
    for name, raw in said.items():
        if name not in known:
            raise profile.refused((*path, name), _("There is no such field to be set. There are: {known}.",
                                                   known=", ".join(known)))  # fmt: skip
        if isinstance(raw, bool) is not known[name].is_boolean:
            raise profile.refused((*path, name), _("{value} is of the wrong type.", value=raw))
        try:
            found[name] = parse(known[name], raw)
        except UserError as error:
            raise profile.refused((*path, name), error) from error
    return found


def _own(model: type[Model]) -> dict[str, Field]:
    """The fields that mean the same in every database: the model's own, without references to other records."""
    return {
        name: each for name, each in fields_of(model).items()
        if each.facet is None and each.column is not None and each.target is None
        and not isinstance(each.type, JSON)
    }  # fmt: skip


def _read(known: Mapping[str, Field], kept: Values | None) -> Typed | None:
    if kept is None:
        return None
    return {name: parse(known[name], value) for name, value in kept.items() if name in known}
