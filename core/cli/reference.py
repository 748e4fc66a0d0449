"""dovetail reference: what addons may hear, fill, call and raise, as Markdown made of the declarations."""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Iterator, Sequence
from importlib import import_module

import click

from core import errors
from core.actions import Action, all_actions
from core.addon import discover, in_order, owner_of
from core.checks.views import slots_of
from core.errors import PlatformError
from core.migrate.loading import Loaded, load
from core.orm.model import model_name, models
from core.views.resolve import Views

_TITLE = """\
# Reference

What an addon may hear, fill, call and raise. Written by `dovetail reference`, which tells it of any addon by name.
"""
_SLOTS = """\
## Slots

`place(Model, into=slot)(...)` adds to them. Every form has `tabs`, every list `list`, and both have `links`. What a
view names besides:
"""
_ACTIONS = """\
## Actions

Each is a button, a permission and `POST /api/<addon>/<model>/<id>/<action>`. With `?` it may be left out.
"""
_ERRORS = """\
## Errors

What code of an addon raises, imported from `core`. [What each code means to people](errors.md).
"""


@click.command()
@click.argument("names", nargs=-1)
def reference(names: tuple[str, ...]) -> None:
    """Hooks, slots, actions and errors of addons, as Markdown; without names, of every one there is."""
    available = discover()
    loaded = load(in_order(names or available, available))
    click.echo("\n".join(_pages(loaded, names or [package.name for package in loaded.packages])), nl=False)


def _pages(loaded: Loaded, names: Sequence[str]) -> Iterator[str]:
    yield _TITLE
    yield "## Hooks\n"
    yield from _hooks(loaded, names)
    yield _SLOTS
    yield from _table(("model", "slots"), _slots(loaded, names))
    yield _ACTIONS
    yield from _table(("action", "asks for", "who may", ""), _actions(names))
    yield _ERRORS
    yield from _table(("error", "code", "status", ""), _errors())


def _hooks(loaded: Loaded, names: Sequence[str]) -> Iterator[str]:
    for name, caller in sorted(vars(loaded.plugins.hook).items()):
        spec = getattr(caller, "spec", None)
        if spec is not None and owner_of(spec.function.__module__) in names:
            owner = owner_of(spec.function.__module__)
            yield f"### {name}\n\n`{name}({', '.join(spec.argnames)})`, of {owner}\n"
            yield f"{inspect.getdoc(spec.function)}\n"


def _slots(loaded: Loaded, names: Sequence[str]) -> Iterator[tuple[str, ...]]:
    views = Views.declared_by(loaded.packages)
    for model in sorted(models(), key=model_name):
        slots = slots_of(views.of(model).form)
        if slots and owner_of(model.__module__) in names:
            yield f"`{model_name(model)}`", ", ".join(f"`{slot}`" for slot in sorted(slots))


def _actions(names: Sequence[str]) -> Iterator[tuple[str, ...]]:
    for each in sorted(all_actions(), key=lambda one: (model_name(one.model), one.name)):
        if each.addon in names:
            asked = ", ".join(f"`{p.name}`" if p.required else f"`{p.name}`?" for p in each.parameters)
            yield f"`{model_name(each.model)}` `{each.name}`", asked, _who(each), each.help.partition("\n")[0]


def _who(each: Action) -> str:
    return ", ".join(role.name for role in each.roles) or "who may write it"


def _errors() -> Iterator[tuple[str, ...]]:
    for name in import_module("core").__all__:
        error = getattr(errors, name, None)
        if isinstance(error, type) and issubclass(error, PlatformError):
            doc = (inspect.getdoc(error) or "").partition("\n")[0]
            yield f"`{name}`", f"`{error.code}`", str(error.status), doc


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(heads)} |"
    yield f"|{' --- |' * len(heads)}"
    yield from (f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |" for row in rows)
    yield ""
