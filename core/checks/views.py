"""Rules on views: what an addon places still finds the slot and the field it names."""

from __future__ import annotations

from collections.abc import Iterator

from core.addon import owner_of
from core.checks.problem import Problem
from core.checks.subject import Loaded
from core.i18n import _
from core.orm.catalog import field_of
from core.orm.condition import name_of
from core.orm.model import Model, models
from core.views.nodes import Form, Group, Lines, Shown, Tab
from core.views.place import Placement, placements
from core.views.resolve import Views

#: Slots that every view has, and those that forms derive.
_GIVEN_SLOTS = ("links", "list", "tabs", "main", "notes")


def anchors(subject: Loaded) -> Iterator[Problem]:
    """A placement names a slot that the view has, and a field that stands in it."""
    views = Views.declared_by(subject.loaded.packages)
    for model in models():
        for placement in placements(model):
            if _placed_by(placement) == subject.name:
                yield from _missing(subject, views.of(model).form, placement)


def inline(subject: Loaded) -> Iterator[Problem]:
    """What a list edits in place is a field that its form has, and one that people set."""
    views = Views.declared_by(subject.loaded.packages)
    for model, view in views.by_model.items():
        if owner_of(model.__module__) != subject.name or view.list is None:
            continue
        in_form = set().union(*slots_of(view.form).values()) if view.form else None
        for attribute in view.list.inline:
            found = field_of(model, name_of(attribute))
            if found.info.readonly or (in_form is not None and attribute.key not in in_form):
                where = f"views: {model.__name__} list"
                yield subject.problem(
                    where, _("{field} is edited in the list, and not in the form.", field=found.name)
                )


def _missing(subject: Loaded, form: Form | None, placement: Placement) -> Iterator[Problem]:
    where = f"views: {placement.model.__name__} {placement.slot}"
    slots = slots_of(form)
    if placement.slot not in slots and placement.slot not in _GIVEN_SLOTS:
        yield subject.problem(where, _("the view has no such slot; it has {slots}.", slots=", ".join(slots)))
    elif (
        placement.after is not None
        and placement.slot in slots
        and placement.after.key not in slots[placement.slot]
    ):
        yield subject.problem(
            where,
            _("{field} is not in it any more; the addition goes to its end.", field=placement.after.key),
        )


def slots_of(form: Form | None) -> dict[str, set[str]]:
    """The slots of a written form with the fields in each."""
    found: dict[str, set[str]] = {}
    for item in form.items if form else ():
        groups = (
            [item] if isinstance(item, Group) else [part for part in item.items if isinstance(part, Group)]
        )
        found |= {group.name: {_key(leaf) for leaf in group.fields} for group in groups}
        if isinstance(item, Tab):
            found.setdefault(item.name, set())
    return found


def _key(leaf: object) -> str:
    return str(getattr(leaf.attribute if isinstance(leaf, Shown) else leaf, "key", ""))


def _placed_by(placement: Placement) -> str:
    """The addon whose field or part was placed; one that places only base's own fields is not told apart."""
    for item in placement.items:
        if isinstance(item, Lines):
            return owner_of(item.collection.class_.__module__)
        if not isinstance(item, Tab):
            owner = getattr(item.attribute if isinstance(item, Shown) else item, "class_", Model)
            return owner_of(owner.__module__)
        for part in item.items:
            if isinstance(part, Lines):
                return owner_of(part.collection.class_.__module__)
    return ""
