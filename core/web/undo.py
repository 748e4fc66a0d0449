"""Undo: a deletion, a form's save and a field set on many are offered back on the next page, without scripts too."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint, Response, request
from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from core.base import last_step, recycling
from core.base.actions.tidying import bin_days
from core.base.models.deleted import DeletedRecord
from core.base.recycling import is_recycled
from core.base.settings import value
from core.errors import Conflict, Forbidden, NotFound
from core.i18n import Text, _, plural
from core.orm import bulk
from core.orm.catalog import Field
from core.orm.env import Env
from core.orm.model import Model, model_name
from core.orm.plan import plan_of
from core.orm.rowset import among
from core.views.resolve import form_view
from core.views.resolved import FormView
from core.web.format import Reader
from core.web.formdata import read_form, write
from core.web.formpage import raw_values
from core.web.request import env, go, reader, views
from core.web.toasts import LAST, SAVED, SET, offer
from core.web.urls import list_url, model_at, record_url

blueprint = Blueprint("undo", __name__)


@blueprint.get("/-/bin")
def recycle_bin() -> Response:
    """The list of what was deleted, at an address that is easily told."""
    return go(list_url(DeletedRecord))


@blueprint.post("/-/undo")
def undo() -> Response:
    """Take the last change back, as far as nobody worked on it since."""
    step = request.form.get("step", "")
    if step != LAST:
        return _restore(step)
    kept = last_step.kept(env())
    if not kept:
        raise NotFound(_("There is nothing to undo any more."))
    last_step.forget(env())
    return _unsave(kept) if kept["kind"] == SAVED else _unset(kept)


class Before:
    """A form's record as it was before it is saved."""

    def __init__(self, by: Reader, view: FormView, record: Model) -> None:
        self._view, self._record = view, record
        self._version = record.version
        self._values = raw_values(by, view, record)
        self._parts = {
            table.children.name: {part.id for part in getattr(record, table.children.name)}
            for table in view.tables()
        }

    def keep(self, at: Env) -> str:
        """Remember how the save is undone; returns what to offer, "" where it changed nothing."""
        if self._record.version == self._version:
            return ""
        content = {
            "kind": SAVED, "model": model_name(type(self._record)), "id": self._record.id, "name": self._record.label,
            "version": self._record.version, "form": self._form(),
        }  # fmt: skip
        last_step.keep(at, content)
        return LAST

    def _form(self) -> list[tuple[str, str]]:
        """The form that says what there was: lines that were taken away are new ones, those that came are deleted."""
        form = []
        gone: dict[str, str] = {}
        for name, known in self._parts.items():
            now = {part.id for part in getattr(self._record, name)}
            form += [(f"{name}.{i}.id", str(i)) for i in (*sorted(known & now), *sorted(now - known))]
            form += [(f"{name}.{i}._delete", "1") for i in sorted(now - known)]
            gone |= {f"{name}.{i}": f"{name}.n{i}" for i in known - now}
        for full, text in self._values.items():
            line, _dot, field = full.rpartition(".")
            form.append((f"{gone[line]}.{field}", text) if line in gone else (full, text))
        return form


def loss_of(at: Env, model: type[Model], count: int) -> Text:
    """What is lost when so many records are deleted."""
    if is_recycled(model):
        return plural(
            "{count} record goes to the recycle bin, with what hangs on it. It can be brought back for {days} days.",
            "{count} records go to the recycle bin, with what hangs on them. They can be brought back for {days} days.",
            count, days=value(at, bin_days),
        )  # fmt: skip
    return plural(
        "{count} record will be gone, with what hangs on it. It cannot be brought back.",
        "{count} records will be gone, with what hangs on them. They cannot be brought back.",
        count,
    )


def values_before(at: Env, field: Field, model: type[Model], ids: Sequence[int]) -> dict[int, object]:
    """What the records hold in `field`, in JSON's types."""
    column = plan_of(model).column(field.name)
    asked = select(model.id, getattr(column.owner, column.key)).select_from(model)
    if field.facet is not None:
        asked = asked.outerjoin(field.facet, field.facet.id == model.id)
    rows = at.session.execute(asked.where(among(model.id, ids, at.dialect)))
    return {record_id: column.plain(value) for record_id, value in rows}


def keep_set(at: Env, field: Field, model: type[Model], before: Mapping[int, object]) -> None:
    """Remember what `before` says of the records whose field was set, and offer to put it back."""
    asked = select(model.id, model.version).where(among(model.id, list(before), at.dialect))
    rows = [[i, version, before[i]] for i, version in at.session.execute(asked)]
    last_step.keep(at, {"kind": SET, "model": model_name(model), "field": field.name, "rows": rows})
    offer(LAST)


def _restore(deletion: str) -> Response:
    kept = recycling.deleted_at_once(env(), deletion)
    if not kept:
        raise NotFound(_("There is nothing to undo any more."))
    found = recycling.restore(env(), kept)
    model, record_id = found[0]
    return go(record_url(model, record_id) if len(found) == 1 else list_url(model), full=True)


def _unsave(kept: Mapping[str, Any]) -> Response:  # Any: JSON
    """Send the form as it was before."""
    model, at = _writable(kept), env()
    view = form_view(at, views(), model)
    said = read_form(view, MultiDict([(name, text) for name, text in kept["form"]]))
    record = at.get(model, kept["id"], lock=True)
    if record.version != kept["version"]:
        raise Conflict(
            _("Somebody else changed {record} since. Nothing was undone.", record=record.label), [record.id]
        )
    write(at, reader(), view, record, said)
    return go(record_url(model, record.id), full=True)


def _unset(kept: Mapping[str, Any]) -> Response:  # Any: JSON
    model = _writable(kept)
    column = plan_of(model).column(kept["field"])
    rows = [{"id": i, "version": version, column.name: column.typed(old)} for i, version, old in kept["rows"]]
    bulk.update(env(), model, rows)
    return go(list_url(model), full=True)


def _writable(kept: Mapping[str, Any]) -> type[Model]:  # Any: JSON
    model = model_at(kept["model"])
    if not env().site.access.may(env().principal, "write", model):
        raise Forbidden(_("Your roles do not let you change {noun}.", noun=model.plural))
    return model
