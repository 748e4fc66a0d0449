"""What a flush asks and keeps: permission, stamps, checks, the audit trail and what hooks are told."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import inspect
from sqlalchemy.orm import InstanceState, PassiveFlag
from sqlalchemy.orm.attributes import flag_modified

from core import clock
from core.errors import ValidationError
from core.orm import document, tracking
from core.orm.admission import records_of_loose_facets, require_plain
from core.orm.facet import Facet
from core.orm.model import Base, Model
from core.orm.permission import (
    References,
    is_wider,
    require,
    require_companies,
    require_fields,
    require_scope,
)
from core.orm.plan import ColumnPlan, ModelPlan, plan_of
from core.orm.referring import at_hand, refer, value_of
from core.orm.tracking import ChangeEvent, Happening

if TYPE_CHECKING:
    from core.orm.env import Env

#: Old and new value of each changed field by name.
Changed = dict[str, tuple[Any, Any]]  # Any: of any field's type


@dataclass
class Pending:
    """What a flush is about to write, gathered before it, used after it."""

    created: list[Model] = field(default_factory=list)
    changed: dict[Model, Changed] = field(default_factory=dict)
    deleted: list[tuple[Model, dict[str, Any]]] = field(default_factory=list)  # Any: of any field's type
    references: References = field(default_factory=References)


def before(env: Env) -> None:
    """Ask for every write, complete what the platform sets itself, and note old and new values."""
    session = env.session
    pending = Pending()
    document.settle_pending(session)
    if not env.principal.is_system:
        require_plain(session)
        pending.changed.update({record: {} for record in records_of_loose_facets(env)})
    _gather(env, pending)
    if not env.principal.is_system:
        _require_scopes(env, pending)
        _require_references(env, pending)
    session.info["pending"] = pending


def _gather(env: Env, pending: Pending) -> None:
    """Ask for each record by itself, and note what is about to be written of it."""
    session = env.session
    for record in list(session.new):
        if isinstance(record, Model):
            _before_create(env, record, pending)
        elif isinstance(record, Facet) and (names := _given(record)):
            require_fields(env, plan_of(record.model), names)
    for record in list(session.dirty):
        if isinstance(record, Model | Facet):
            _note_change(env, record, pending)
    for record in list(session.deleted):
        if isinstance(record, Model):
            _before_delete(env, record, pending)
    for record, changed in pending.changed.items():
        _before_change(env, record, changed)


def after(env: Env, context: Any) -> None:  # Any: SQLAlchemy's UOWTransaction
    """Ask again for the rows as they are now, write the audit trail and note what the hooks are told."""
    pending: Pending = env.session.info.pop("pending")
    _note_ids(pending.changed)
    _add_orphans(env, context, pending)
    if not env.principal.is_system:
        _require_written(env, pending)
    tracking.write(env, _happenings(pending))
    _raise_documents(env, pending)
    if pending.created or pending.changed or pending.deleted:
        env.session.info.setdefault("due", []).append(pending)


def _raise_documents(env: Env, pending: Pending) -> None:
    """Raise the versions of the documents of which this flush wrote parts and nothing else."""
    gone = [record for record, _old in pending.deleted]
    owners: dict[type[Model], set[int]] = defaultdict(set)
    for record in (*pending.created, *pending.changed, *gone):
        owner = plan_of(type(record)).owner
        if owner is not None and owner.target is not None:
            left = pending.changed.get(record, {}).get(owner.name, (None, None))[0]
            owners[owner.target] |= {getattr(record, owner.key), left} - {None}
    if owners:
        document.raise_versions_above(env, owners, _by_model((*pending.created, *pending.changed, *gone)))


def announce_due(env: Env) -> None:
    """Tell the hooks what was flushed: after the flush, since within it they could not write."""
    while due := env.session.info.get("due"):
        _announce(env, due.pop(0))


def _announce(env: Env, pending: Pending) -> None:
    """Call the records_ hooks, once a model."""
    hook = env.hook
    if pending.created and hook.records_created.get_hookimpls():
        for model, ids in _by_model(pending.created).items():
            hook.records_created(env=env, model=model, ids=ids)
    if pending.changed and hook.records_changed.get_hookimpls():
        for model, ids in _by_model(pending.changed).items():
            names = frozenset(
                n for r, changed in pending.changed.items() if type(r) is model for n in changed
            )
            hook.records_changed(env=env, model=model, ids=ids, fields=names)
    if pending.deleted and hook.records_deleted.get_hookimpls():
        for model, ids in _by_model(record for record, _old in pending.deleted).items():
            old = {record.id: values for record, values in pending.deleted if type(record) is model}
            hook.records_deleted(env=env, model=model, ids=ids, old=old)


def _before_create(env: Env, record: Model, pending: Pending) -> None:
    model, values = type(record), inspect(record).dict
    plan = plan_of(model)
    require(env, "create", model, together=_goes_with(record, env.session.new))
    if plan.guarded:
        require_fields(env, plan, [name for name in values if name in plan.by_name])
    if plan.has_company and "company_id" not in values and env.company_id is not None:
        record.company_id = env.company_id  # type: ignore[attr-defined]  # as has_company says
    require_companies(env, model, [values.get("company_id")])
    record.created_at = record.changed_at = clock.now()
    record.created_by_id = record.changed_by_id = env.user_id
    _check(record, plan, new=True)
    owners = [record, *(facet for f in plan.facets if (facet := values.get(f.facet.slot)) is not None)]
    _refuse_unfit((c, inspect(owner).dict.get(c.key)) for owner in owners for c in plan.bounded[type(owner)])
    pending.created.append(record)


def _note_change(env: Env, record: Model | Facet[Any], pending: Pending) -> None:  # Any: of any model
    """A change of a facet is a change of its record: its grant, its version, its trail."""
    if isinstance(record, Model):
        changed = _history(record, type(record)) | _first_values(record)
        if changed:
            pending.changed.setdefault(record, {}).update(changed)
        return
    changed = _history(record, record.model)
    owner = env.session.get(record.model, record.id) if changed else None
    if owner is not None:
        pending.changed.setdefault(owner, {}).update(changed)


def _first_values(record: Model) -> Changed:
    """What a facet that is made now for a record that was there says other than its defaults."""
    state = inspect(record)
    changed: Changed = {}
    for facet in plan_of(type(record)).facets:
        made = state.dict.get(facet.facet.slot) if facet.facet.slot in state.committed_state else None
        given = inspect(made).dict if made is not None else {}
        for column in facet.columns:
            old = column.default()
            if column.key in given and given[column.key] != old:
                changed[column.name] = (old, given[column.key])
    return changed


def _before_change(env: Env, record: Model, changed: Changed) -> None:
    plan = plan_of(type(record))
    require(env, "write", type(record))
    require_fields(env, plan, changed)
    if "company_id" in changed:
        require_companies(env, type(record), [changed["company_id"][1]])
    record.changed_at = clock.now()
    record.changed_by_id = env.user_id
    flag_modified(record, "changed_at")  # so that a change of a facet alone raises the version too
    _check(record, plan, new=False)
    _refuse_unfit((plan.by_name[name], values[1]) for name, values in changed.items())


def _before_delete(env: Env, record: Model, pending: Pending, *, gone: bool = False) -> None:
    require(env, "delete", type(record), together=_goes_with(record, env.session.deleted))
    pending.deleted.append((record, _tracked_values(record, load=not gone)))


def _goes_with(record: Model, others: Container[object]) -> bool:
    """Whether a part is made or deleted together with its document."""
    owner = plan_of(type(record)).owner_link
    return owner is not None and getattr(record, owner) in others


def _require_scopes(env: Env, pending: Pending) -> None:
    """Ask for the rows as they were: nobody moves a record into their scope by the change itself."""
    for model, ids in _by_model(pending.changed).items():
        if is_wider(env, "write", model):
            require_scope(env, "write", model, ids)
    for model, ids in _by_model(record for record, _old in pending.deleted).items():
        if is_wider(env, "delete", model):
            require_scope(env, "delete", model, ids)


def _require_written(env: Env, pending: Pending) -> None:
    """Ask for the rows as they are now (what WITH CHECK is to row security)."""
    for record in (*pending.created, *pending.changed):
        require_companies(env, type(record), [getattr(record, "company_id", None)])
    _require_references(env, pending)
    for verb, records in (("create", pending.created), ("write", pending.changed)):
        for model, ids in _by_model(records).items():
            require_scope(env, verb, model, ids)


def _require_references(env: Env, pending: Pending) -> None:
    """Ask for what the records refer to: before the flush, and after it for what linked objects became.

    Before, since the database tells what is not there from what is hidden.
    """
    made = {(type(record), record.id) for record in pending.created}
    companies: dict[Model, int | None] = {}
    for record in pending.created:
        refer(env, pending.references, record, None, made, companies)
    for record, changed in pending.changed.items():
        refer(env, pending.references, record, None if "company_id" in changed else changed, made, companies)
    pending.references.require(env)


def _add_orphans(env: Env, context: Any, pending: Pending) -> None:  # Any: SQLAlchemy's UOWTransaction
    """Parts taken out of their collection are decided after before_flush: ask and note them here."""
    known = {record for record, _old in pending.deleted}
    for state, (is_delete, _listonly) in context.states.items():
        record = state.obj() if is_delete else None
        if isinstance(record, Model) and record not in known:
            _before_delete(env, record, pending, gone=True)
            owner = plan_of(type(record)).owner
            if owner is not None and owner.target is not None:
                require_scope(env, "write", owner.target, [inspect(record).dict[owner.key]])
        elif isinstance(record, Facet) and not any(
            type(r) is record.model and r.id == record.id for r in known
        ):
            require(env, "write", type(record))
            require_scope(env, "write", record.model, [record.id])


def _check(record: Model, plan: ModelPlan, *, new: bool) -> None:
    """Run the checks of the model and of those of its facets that are at hand."""
    for owner in plan.checked:
        checked = record if owner is plan.model else at_hand(record, owner)
        if checked is not None:
            if new:
                _set_defaults(checked, plan)
            checked.check()


def _set_defaults(record: Base, plan: ModelPlan) -> None:
    """Give absent fields their defaults now, where a check is to see them."""
    values = inspect(record).dict
    for column in plan.of(type(record)).values():
        if column.key not in values and column.column.default is not None:
            setattr(record, column.key, column.default())


def _refuse_unfit(values: Iterable[tuple[ColumnPlan, Any]]) -> None:  # Any: of the column's type
    """Raise ValidationError for what one of the two databases would cut or round away."""
    problems = {
        c.name: reason
        for c, value in values
        if value is not None and c.is_bounded and (reason := c.complaint(value)) is not None
    }
    if problems:
        raise ValidationError(problems)


def _given(record: Facet[Any]) -> list[str]:  # Any: of any model
    """The fields of a new facet that somebody set."""
    columns = plan_of(record.model).of(type(record))
    return [columns[key].name for key in inspect(record).dict if key in columns]


def _history(record: Base, model: type[Model]) -> Changed:
    """The changed fields of a record or of its facet with old and new value."""
    state: InstanceState[Any] = inspect(record)
    columns = plan_of(model).of(type(record))
    changed = {}
    for key in [key for key in state.committed_state if key in columns]:
        history = state.get_history(key, PassiveFlag.PASSIVE_NO_INITIALIZE)
        if history.added or history.deleted:
            old, new = history.deleted, history.added
            changed[columns[key].name] = (old[0] if old else None, new[0] if new else None)
    return changed | _relinked(state, plan_of(model))


def _relinked(state: InstanceState[Any], plan: ModelPlan) -> Changed:
    """The references whose linked record was replaced; the flush sets their ids, of new records only then."""
    changed: Changed = {}
    for link, column in plan.links(state.class_).items():
        if link not in state.committed_state or link not in state.dict:
            continue
        linked, old = state.dict[link], state.committed_state.get(column.key, state.dict.get(column.key))
        taken_out = linked is None and column is plan.owner
        new = None if linked is None else linked.id
        if not taken_out and (new != old or (linked is not None and new is None)):
            changed[column.name] = (old, new)
    return changed


def _note_ids(changes: Mapping[Model, Changed]) -> None:
    """Complete the new values of references with the ids that the flush gave."""
    for record, changed in changes.items():
        columns = plan_of(type(record)).by_name
        for name, (old, _new) in changed.items():
            if columns[name].target is not None:
                changed[name] = (old, value_of(record, columns[name]))


def _tracked_values(record: Model, *, load: bool) -> dict[str, Any]:  # Any: what JSON can say
    """The tracked fields of a record and of its facets as the trail keeps them; `load` fetches what is not there."""
    found = {}
    values = inspect(record).dict
    for column in plan_of(type(record)).tracked:
        owner: Base | None = record
        if column.owner is not type(record):
            slot: str = column.owner.slot  # type: ignore[attr-defined]  # a facet
            owner = getattr(record, slot) if load else values.get(slot)
        if owner is not None and (load or column.key in inspect(owner).dict):
            found[column.name] = column.plain(getattr(owner, column.key))
    return found


def _happenings(pending: Pending) -> list[Happening]:
    found = []
    for record in pending.created:
        if plan_of(type(record)).tracked:
            new = {
                name: value
                for name, value in _tracked_values(record, load=False).items()
                if value is not None
            }
            found.append(Happening(type(record), record.id, ChangeEvent.CREATED, {}, new))
    for record, changed in pending.changed.items():
        columns = plan_of(type(record)).by_name
        kept = {name: (columns[name], values) for name, values in changed.items() if columns[name].track}
        if kept:
            old = {name: column.plain(values[0]) for name, (column, values) in kept.items()}
            new = {name: column.plain(values[1]) for name, (column, values) in kept.items()}
            found.append(Happening(type(record), record.id, ChangeEvent.CHANGED, old, new))
    for record, old in pending.deleted:
        if old:
            found.append(Happening(type(record), record.id, ChangeEvent.DELETED, old, {}))
    return found


def _by_model(records: Iterable[Model]) -> dict[type[Model], list[int]]:
    grouped: dict[type[Model], list[int]] = defaultdict(list)
    for record in records:
        grouped[type(record)].append(record.id)
    return grouped
