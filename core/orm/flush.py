"""What a flush asks and keeps: grants, field roles, companies, scopes, references, stamps and the audit trail."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, inspect, select
from sqlalchemy.orm import InstanceState

from core import clock
from core.addon import owner_of
from core.errors import Forbidden, ReadOnly
from core.i18n import _
from core.orm import tracking
from core.orm.catalog import fields_of, owner_field
from core.orm.facet import Facet
from core.orm.model import Base, Model, OfCompany, SharedByCompanies, model_name
from core.orm.tracking import ChangeEvent, Happening

if TYPE_CHECKING:
    from core.orm.env import Env


@dataclass
class Pending:
    """What a flush is about to write, gathered before it, used after it."""

    created: list[Model] = field(default_factory=list)
    changed: dict[Model, dict[str, tuple[Any, Any]]] = field(default_factory=dict)  # Any: of any field's type
    deleted: list[tuple[Model, dict[str, Any]]] = field(default_factory=list)  # Any: of any field's type


def before(env: Env) -> None:
    """Ask for every write, complete what the platform sets itself, and note old and new values."""
    session = env.session
    pending = Pending()
    for record in list(session.new):
        _before_create(env, record, pending)
    for record in [r for r in session.dirty if session.is_modified(r)]:
        _before_change(env, record, pending)
    for record in list(session.deleted):
        _before_delete(env, record, pending)
    session.info["pending"] = pending


def after(env: Env, context: Any) -> None:  # Any: SQLAlchemy's UOWTransaction
    """Ask again for the rows as they are now, write the audit trail and note what the hooks are told."""
    pending: Pending = env.session.info.pop("pending")
    _add_orphans(env, context, pending)
    if not env.principal.is_system:
        check_written(env, _by_model([*pending.created, *pending.changed]))
        check_references(env, [*pending.created, *pending.changed])
    tracking.write(env, _happenings(pending))
    env.session.info.setdefault("due", []).append(pending)


def announce_due(env: Env) -> None:
    """Tell the hooks what was flushed: after the flush, since within it they could not write."""
    while due := env.session.info.get("due"):
        announce(env, due.pop(0))


def require(env: Env, verb: str, model: type[Base]) -> None:
    """Raise Forbidden unless the person, or the addon acting for them, may do `verb` with records of `model`."""
    env.refuse_write()
    subject = model.model if issubclass(model, Facet) else model
    if issubclass(subject, Model) and (reason := env.site.frozen.get(model_name(subject))):
        raise ReadOnly(reason)
    if env.principal.is_system or env.site.access.may(env.principal, verb, subject, env.acting):
        return
    raise Forbidden(_missing_grant(verb, subject))


def require_fields(env: Env, model: type[Base], keys: Iterable[str]) -> None:
    """Raise Forbidden when one of the columns `keys` of `model` has roles that the person lacks."""
    if env.principal.is_system or env.acting:
        return
    columns = model.__table__.c
    for key in keys:
        info = columns[key].info.get("field") if key in columns else None
        if info is not None and info.roles and not env.site.access.may_field(env.principal, info):
            raise Forbidden(_("You may not set {field}. Nothing has changed.", field=info.label))


def check_written(env: Env, written: dict[type[Model], list[int]]) -> None:
    """Raise Forbidden when a written row lies outside the person's companies or scope (WITH CHECK)."""
    for model, ids in written.items():
        condition = env.site.access.rows(env.principal, model, model, "write")
        if condition is None:
            continue
        with env.session.no_autoflush:
            inside = env.session.scalar(
                select(func.count()).select_from(model).where(model.id.in_(ids), condition)
            )
        if inside != len(set(ids)):
            raise Forbidden(
                _(
                    "This {model} would lie outside of what you may work on. Nothing has changed.",
                    model=model.singular,
                )
            )


def check_references(env: Env, records: Iterable[Model]) -> None:
    """Raise Forbidden for a reference to a record that the person may not see, or of another company."""
    wanted: dict[type[Model], dict[int, set[int | None]]] = defaultdict(lambda: defaultdict(set))
    for record in records:
        company = getattr(record, "company_id", None)
        changed = inspect(record).dict
        for name, target in _references(type(record)).items():
            value = changed.get(name)
            if value is not None:
                wanted[target][value].add(company)
    for target, ids in wanted.items():
        require_visible(env, target, ids)


def require_visible(env: Env, target: type[Model], ids: dict[int, set[int | None]]) -> None:
    """Raise Forbidden unless each id of `target` is visible and shared or of the companies that refer to it."""
    owned = issubclass(target, OfCompany | SharedByCompanies)
    columns = (target.id, target.company_id) if owned else (target.id,)  # type: ignore[union-attr]  # as owned says
    with env.session.no_autoflush:
        found = {
            row[0]: row[-1] for row in env.session.execute(select(*columns).where(target.id.in_(list(ids))))
        }
    for record_id, companies in ids.items():
        if record_id not in found:
            raise Forbidden(
                _("There is no {model} {id} that you may use here.", model=target.singular, id=record_id)
            )
        if owned and found[record_id] is not None and companies - {None, found[record_id]}:
            raise Forbidden(
                _("{model} {id} belongs to another company.", model=target.singular, id=record_id)
            )


def announce(env: Env, pending: Pending) -> None:
    """Call the records_ hooks, once a model."""
    hook = env.hook
    if hook.records_created.get_hookimpls():
        for model, ids in _by_model(pending.created).items():
            hook.records_created(env=env, model=model, ids=ids)
    if hook.records_changed.get_hookimpls():
        for model, ids in _by_model(pending.changed).items():
            names = frozenset(n for r, values in pending.changed.items() if type(r) is model for n in values)
            hook.records_changed(env=env, model=model, ids=ids, fields=names)
    if hook.records_deleted.get_hookimpls():
        for model, ids in _by_model(record for record, _old in pending.deleted).items():
            hook.records_deleted(env=env, model=model, ids=ids)


def _before_create(env: Env, record: object, pending: Pending) -> None:
    if isinstance(record, Model):
        state = inspect(record)
        require(env, "create", type(record))
        require_fields(env, type(record), [k for k in state.dict if not k.startswith("_")])
        _stamp_new(env, record)
        pending.created.append(record)
    elif isinstance(record, Facet):
        require_fields(env, type(record), list(inspect(record).dict))


def _before_change(env: Env, record: object, pending: Pending) -> None:
    if isinstance(record, Model):
        changed = _history(inspect(record))
        if not changed:
            return
        require(env, "write", type(record))
        require_fields(env, type(record), changed)
        _stamp_changed(env, record)
        pending.changed[record] = changed
    elif isinstance(record, Facet):
        _before_facet_change(env, record, pending)


def _before_facet_change(env: Env, facet: Facet[Any], pending: Pending) -> None:  # Any: of any model
    """A change of a facet is a change of its record: its grant, its version, its trail."""
    changed = _history(inspect(facet))
    if not changed:
        return
    require(env, "write", facet.model)
    require_fields(env, type(facet), changed)
    record = env.session.get(facet.model, facet.id)
    if record is not None:
        _stamp_changed(env, record)
        prefix = owner_of(type(facet).__module__)
        named = {f"{prefix}.{key}": values for key, values in changed.items()}
        pending.changed.setdefault(record, {}).update(named)


def _before_delete(env: Env, record: object, pending: Pending) -> None:
    if isinstance(record, Model):
        require(env, "delete", type(record))
        pending.deleted.append((record, _tracked_values(record)))


def _add_orphans(env: Env, context: Any, pending: Pending) -> None:  # Any: SQLAlchemy's UOWTransaction
    """Parts taken out of their collection are decided after before_flush: ask and note them here."""
    known = {record for record, _old in pending.deleted}
    for state, (is_delete, _listonly) in context.states.items():
        record = state.obj()
        if is_delete and isinstance(record, Model) and record not in known:
            require(env, "delete", type(record))
            pending.deleted.append((record, _tracked_values(record)))


def _stamp_new(env: Env, record: Model) -> None:
    record.created_at = record.changed_at = clock.now()
    record.created_by_id = record.changed_by_id = env.user_id
    if isinstance(record, OfCompany | SharedByCompanies) and "company_id" not in inspect(record).dict:
        if env.company_id is not None:
            record.company_id = env.company_id


def _stamp_changed(env: Env, record: Model) -> None:
    record.changed_at = clock.now()
    record.changed_by_id = env.user_id


def _history(state: InstanceState[Any]) -> dict[str, tuple[Any, Any]]:  # Any: of any field's type
    """The changed columns of a record with old and new value; "" stands for an old value nobody loaded."""
    changed = {}
    for key in state.mapper.column_attrs.keys():
        history = state.attrs[key].history
        if history.has_changes():
            changed[key] = (
                history.deleted[0] if history.deleted else None,
                history.added[0] if history.added else None,
            )
    return changed


def _tracked_values(record: Model) -> dict[str, Any]:  # Any: of any field's type
    loaded = inspect(record).dict
    return {key: loaded[key] for key in tracking.tracked_fields(type(record)) if key in loaded}


def _happenings(pending: Pending) -> list[Happening]:
    found = []
    for record in pending.created:
        new = {k: v for k, v in _tracked_values(record).items() if v is not None}
        if tracking.tracked_fields(type(record)):
            found.append(Happening(model_name(type(record)), record.id, ChangeEvent.CREATED, {}, new))
    for record, changed in pending.changed.items():
        kept = {name: values for name, values in changed.items() if _is_tracked(type(record), name)}
        if kept:
            old, new = {n: v[0] for n, v in kept.items()}, {n: v[1] for n, v in kept.items()}
            found.append(Happening(model_name(type(record)), record.id, ChangeEvent.CHANGED, old, new))
    for record, old in pending.deleted:
        if tracking.tracked_fields(type(record)):
            found.append(Happening(model_name(type(record)), record.id, ChangeEvent.DELETED, old, {}))
    return found


def _is_tracked(model: type[Model], name: str) -> bool:
    found = fields_of(model).get(name)
    return found is not None and found.info.track


def _by_model(records: Iterable[Model]) -> dict[type[Model], list[int]]:
    grouped: dict[type[Model], list[int]] = defaultdict(list)
    for record in records:
        grouped[type(record)].append(record.id)
    return grouped


_reference_names: dict[type[Model], dict[str, type[Model]]] = {}


def _references(model: type[Model]) -> dict[str, type[Model]]:
    """The references of `model` to others by column, its company and its owner excepted (asked by scope)."""
    if model not in _reference_names:
        owner = owner_field(model)
        _reference_names[model] = {
            f.key: f.target for f in fields_of(model).values()
            if f.target is not None and f.facet is None and f.key != "company_id" and f is not owner
        }  # fmt: skip
    return _reference_names[model]


def _missing_grant(verb: str, model: type[Base]) -> object:
    said = {
        "create": _(
            "You may not create {model}. Nothing has changed.", model=getattr(model, "plural", model)
        ),
        "write": _("You may not change {model}. Nothing has changed.", model=getattr(model, "plural", model)),
        "delete": _(
            "You may not delete {model}. Nothing has changed.", model=getattr(model, "plural", model)
        ),
    }
    return said.get(verb, _("You may not see {model}.", model=getattr(model, "plural", model)))
