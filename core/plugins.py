"""Hooks between addons: one pluggy manager a site, in dependency order, checked when it is built."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from functools import wraps
from time import perf_counter
from types import FunctionType, ModuleType
from typing import Any

import pluggy

from core import deprecation
from core.addon import Package
from core.errors import AddonError
from core.hookspecs import PROJECT
from core.i18n import _

#: Told of every call of an addon's hook in a transaction, by hook, addon and seconds; set by who measures.
observe: Callable[[str, str, float], None] | None = None

hookimpl = pluggy.HookimplMarker(PROJECT)


def build(specs: Sequence[ModuleType], packages: Sequence[Package]) -> pluggy.PluginManager:
    """A manager with the core's `specs` and those of `packages`, their hooks registered to run in this order.

    Raises AddonError for a hook of unknown name, a wrong signature, or two winners of one decide_ hook.
    """
    manager = pluggy.PluginManager(PROJECT)
    for module in (*specs, *(m for p in packages if (m := p.word("hookspecs")))):
        manager.add_hookspecs(module)
    for package in reversed(packages):
        _register(manager, package)
    _check_unknown(manager)
    _check_single_winners(manager)
    _tell_of_deprecated(manager)
    return manager


def listeners(manager: pluggy.PluginManager, hook: str) -> list[str]:
    """The addons that listen to `hook`, in the order in which they are called."""
    caller = getattr(manager.hook, hook, None)
    if caller is None:
        raise AddonError(_("There is no hook {hook}. dovetail hooks lists those there are.", hook=hook))
    return [_addon_of(impl.plugin_name) for impl in reversed(caller.get_hookimpls())]


def _register(manager: pluggy.PluginManager, package: Package) -> None:
    for module in package.modules("hooks"):
        name = package.name if module.__name__.endswith(".hooks") else f"{package.name}:{module.__name__}"
        try:
            manager.register(_consequences(module, package.name), name=name)
        except pluggy.PluginValidationError as error:
            raise AddonError(
                _(
                    "A hook of addon {name} does not fit its specification: {error}",
                    name=package.name,
                    error=" ".join(str(error).split()),
                ),
                addon=package.name,
            ) from error


def _consequences(module: ModuleType, addon: str) -> ModuleType:
    """The hooks of `module`, each of which acts as `addon` on the env that it is handed."""
    plugin = ModuleType(module.__name__, module.__doc__)
    for name, function in vars(module).items():
        own = isinstance(function, FunctionType) and function.__module__ == module.__name__
        if own and hasattr(function, f"{PROJECT}_impl"):
            setattr(plugin, name, _acting(function, addon))
    return plugin


def _acting(function: FunctionType, addon: str) -> Callable[..., Any]:  # Any: the hook's own
    names = list(inspect.signature(function).parameters)
    if "env" not in names or inspect.isgeneratorfunction(function):
        return function
    position = names.index("env")

    @wraps(function)
    def consequence(*args: Any, **kwargs: Any) -> Any:  # Any: the hook's own
        env = kwargs["env"] if "env" in kwargs else args[position]
        began = perf_counter()
        try:
            with env.acting_as(addon):
                return function(*args, **kwargs)
        finally:
            if observe is not None:
                observe(function.__name__, addon, perf_counter() - began)

    return consequence


def _check_unknown(manager: pluggy.PluginManager) -> None:
    try:
        manager.check_pending()
    except pluggy.PluginValidationError as error:
        raise AddonError(
            _(
                "Addon {name} implements a hook that nobody announces: {error}. dovetail hooks lists them.",
                name=_addon_of(manager.get_name(error.plugin) or ""),
                error=error,
            ),
            addon=_addon_of(manager.get_name(error.plugin) or ""),
        ) from error


def _check_single_winners(manager: pluggy.PluginManager) -> None:
    for name, caller in vars(manager.hook).items():
        impls = caller.get_hookimpls() if name.startswith("decide_") else []
        if len(impls) > 1:
            raise AddonError(
                _(
                    "Addons {names} both decide {hook}; only one of them can be installed.",
                    names=", ".join(sorted(_addon_of(i.plugin_name) for i in impls)),
                    hook=name,
                ),
                addon=_addon_of(impls[0].plugin_name),
            )


def _tell_of_deprecated(manager: pluggy.PluginManager) -> None:
    for caller in vars(manager.hook).values():
        mine = deprecation.of(caller.spec.function) if getattr(caller, "spec", None) else None
        if mine is not None:
            for impl in caller.get_hookimpls():
                deprecation.tell(mine, f"Addon {_addon_of(impl.plugin_name)}")


def _addon_of(plugin: str) -> str:
    return plugin.partition(":")[0]
