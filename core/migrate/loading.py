"""Loading a set of addons so that all of it fits together, or saying which of them does not."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from itertools import chain

import pluggy
from sqlalchemy.exc import InvalidRequestError
from sqlalchemy.orm import configure_mappers

from core import addon, collector, hookspecs, plugins
from core.addon import Package
from core.errors import AddonError, PlatformError
from core.i18n import Text, _
from core.orm import catalog
from core.orm.model import Base, Model, model_name, models
from core.security.access import AccessRules
from core.security.role import Scope

#: Mechanisms of the core that keep tables of their own; they belong to base.
MECHANISMS = (
    "core.orm.tracking",
    "core.orm.installed",
    "core.orm.sequence",
    "core.security.account",
    "core.security.session",
    "core.security.throttle",
    "core.security.token",
    "core.jobs.job",
    "core.jobs.schedule",
    "core.events.received",
    "core.events.outbox",
    "core.events.incoming",
    "core.custom.field",
    "core.views.layout",
)

_TABLE_TAKEN = re.compile(r"Table '(?P<table>\w+)' is already defined")
#: Stands for every model in the list of those that an addon guards.
ALL = "*"


@dataclass(frozen=True)
class Loaded:
    """Addons whose modules are imported and whose hooks and rules were built together."""

    packages: Sequence[Package]
    plugins: pluggy.PluginManager
    access: AccessRules


def load(packages: Sequence[Package]) -> Loaded:
    """Import `packages`, dependencies first, and build their hooks and rules.

    Raises AddonError, which names the broken one.
    """
    addon.claim(packages)
    with collector.paused():
        for package in packages:
            _import(package, packages)
        for name in MECHANISMS:
            if find_spec(name):
                import_module(name)
        manager = plugins.build([hookspecs], packages)
        access = AccessRules(packages)
        configure_mappers()
    catalog.forget()
    return Loaded(packages, manager, access)


def guarded_models(package: Package, loaded: Loaded) -> list[str]:
    """The names of other addons' models that must not be written while `package` is missing.

    Those on which it has a scope, and those that a hook speaks of which it decides or hears within the
    transaction; ALL when such a hook speaks of any model.
    """
    guarded = {
        model_name(model)
        for module in package.modules("security")
        for model in _scoped(module)
        if model_name(model).rpartition(".")[0] != package.name
    }
    for name, caller in vars(loaded.plugins.hook).items():
        if name.startswith("collect_"):
            continue
        if package.name in plugins.listeners(loaded.plugins, name):
            guarded |= _spoken_of(caller)
    own = package.name + "."
    return [ALL] if ALL in guarded else sorted(name for name in guarded if not name.startswith(own))


def _import(package: Package, packages: Sequence[Package]) -> None:
    before = _mapped_addons()
    try:
        addon.load([package])
    except PlatformError as error:
        raise AddonError(error.message, addon=package.name) from error
    except Exception as error:
        raise AddonError(_told(package, error), addon=package.name) from error
    allowed = {package.name, "base", *before, *_needed(package, packages)}
    strangers = sorted(_mapped_addons() - allowed)
    if strangers:
        raise AddonError(_forgotten(package, strangers), addon=package.name)


def _told(package: Package, error: Exception) -> Text:
    taken = _TABLE_TAKEN.search(str(error)) if isinstance(error, InvalidRequestError) else None
    if taken is not None:
        return _(
            "Addons {first} and {second} both have a table {table}. Nothing has changed; one of them must rename it.",
            first=Base.metadata.tables[taken["table"]].info.get("addon", ""),
            second=package.name,
            table=taken["table"],
        )
    if isinstance(error, ModuleNotFoundError):
        return _(
            "Addon {name} imports {module}, which is not installed. Nothing has changed; install what it needs, "
            "or name the addon it imports in depends.",
            name=package.name,
            module=error.name,
        )
    return _(
        "Addon {name} cannot be loaded: {kind}: {error}",
        name=package.name,
        kind=type(error).__name__,
        error=str(error).partition("\n")[0],
    )


def _forgotten(package: Package, strangers: Sequence[str]) -> Text:
    return _(
        "Addon {name} imports {others} without naming it. Nothing has changed; add it to depends in its manifest.",
        name=package.name,
        others=", ".join(strangers),
    )


def _needed(package: Package, packages: Sequence[Package]) -> set[str]:
    by_name = {p.name: p for p in packages}
    found: set[str] = set()
    queue = list(package.needs)
    while queue:
        name = queue.pop()
        if name not in found and name in by_name:
            found.add(name)
            queue += by_name[name].needs
    return found


def _mapped_addons() -> set[str]:
    """The owners of all mapped tables; a module whose addon was not loaded stands for itself."""
    return {
        addon.owner_of(mapper.class_.__module__) or mapper.class_.__module__
        for mapper in Base.registry.mappers
    }


def _scoped(module: object) -> list[type[Model]]:
    values = [v if isinstance(v, list | tuple) else (v,) for v in vars(module).values()]
    return [item.model for item in chain.from_iterable(values) if isinstance(item, Scope)]


def _spoken_of(caller: pluggy.HookCaller) -> set[str]:
    """The models that the annotations of a hook's specification name."""
    if caller.spec is None:
        return {ALL}
    text = " ".join(str(hint) for hint in caller.spec.function.__annotations__.values())
    words = set(re.findall(r"\w+", text))
    if "Model" in words:
        return {ALL}
    return {model_name(model) for model in models() if model.__name__ in words}
