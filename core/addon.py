"""Addons as packages: the manifest, discovery by entry point, dependency order and joins."""

from __future__ import annotations

import pkgutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from graphlib import CycleError, TopologicalSorter
from importlib import import_module, metadata
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType

from core.errors import AddonError
from core.i18n import _, add_catalogs

ENTRY_POINTS = "dovetail.addons"
BASE = "base"
#: Owns the tables of the fields that administrators add (core.custom); no addon may be called so.
CUSTOM = "custom"
#: The six words (rules are reached through the others), in the order in which they are imported.
WORDS = ("models", "hookspecs", "actions", "security", "views", "hooks")


@dataclass(frozen=True)
class Addon:
    """The manifest: what packaging metadata cannot say. The package's docstring is its description."""

    name: str
    depends: tuple[str, ...] = ()
    title: object = ""
    #: Partners of a join, besides its owner; empty for an addon.
    joins: tuple[str, ...] = ()
    #: The address of documentation of its own, of which its views name pages; that of the site where it is empty.
    docs: str = ""

    @property
    def is_join(self) -> bool:
        return bool(self.joins)


@dataclass(frozen=True)
class Package:
    """An addon that was found: its manifest and where its code lives."""

    addon: Addon
    module: str
    distribution: str = field(default="", compare=False)
    version: str = field(default="", compare=False)

    @property
    def name(self) -> str:
        return self.addon.name

    @property
    def prefix(self) -> str:
        """How the names of its tables begin."""
        return self.addon.name.replace(".", "_") + "_"

    @property
    def needs(self) -> tuple[str, ...]:
        """Every addon that must be installed before it, `base` first."""
        wanted = (*self.addon.depends, *self.addon.joins)
        return tuple(dict.fromkeys(wanted if self.name == BASE else (BASE, *wanted)))

    @cached_property
    def folder(self) -> Path:
        file = import_module(self.module).__file__
        if file is None:
            raise AddonError(_("Addon {name} has no __init__.py.", name=self.name))
        return Path(file).parent

    @property
    def description(self) -> str:
        return (import_module(self.module).__doc__ or "").strip()

    def word(self, name: str) -> ModuleType | None:
        """One of its modules, imported; None when the addon has none of that name."""
        dotted = f"{self.module}.{name}"
        return import_module(dotted) if find_spec(dotted) else None

    def modules(self, name: str) -> Iterator[ModuleType]:
        """The module `name` and, where it is a folder, every module below it."""
        top = self.word(name)
        if top is None:
            return
        yield top
        for found in pkgutil.walk_packages(getattr(top, "__path__", ()), top.__name__ + "."):
            yield import_module(found.name)


def discover(unreadable: dict[str, AddonError] | None = None) -> dict[str, Package]:
    """Every addon that an installed distribution offers, by name; joins beside their owners.

    One whose manifest cannot be read is an error or, where `unreadable` is given, noted there.
    """
    found: dict[str, Package] = {}
    for entry in metadata.entry_points(group=ENTRY_POINTS):
        dist = entry.dist
        try:
            package = manifest(entry.value, dist.name if dist else "", dist.version if dist else "")
            joins = list(_joins_of(package))
        except AddonError as error:
            if unreadable is None:
                raise
            unreadable[entry.name] = error
            continue
        for each in (package, *joins):
            _add(found, each)
    return found


def manifest(module: str, distribution: str = "", version: str = "") -> Package:
    """Read the manifest of the package `module`."""
    try:
        declared = import_module(module).addon
    except Exception as error:
        raise AddonError(
            _(
                "{module} has no readable manifest ({error}). Its __init__.py must say addon = Addon(...).",
                module=module,
                error=error,
            )
        ) from error
    if not isinstance(declared, Addon):
        raise AddonError(_("addon in {module} is not an Addon.", module=module))
    if declared.name == CUSTOM:
        raise AddonError(_("An addon cannot be called {name}: administrators' fields are.", name=CUSTOM))
    return Package(declared, module, distribution, version)


def in_order(wanted: Iterable[str], available: Mapping[str, Package]) -> list[Package]:
    """The wanted addons, what they depend on and every join whose partners are all there, dependencies first."""
    names = _closure(wanted, available)
    for package in available.values():
        if package.addon.is_join and set(package.needs) <= names:
            names.add(package.name)
    sorter = TopologicalSorter({name: sorted(available[name].needs) for name in sorted(names)})
    try:
        return [available[name] for name in sorter.static_order()]
    except CycleError as error:
        raise AddonError(
            _("Addons depend on each other in a circle: {names}.", names=" > ".join(error.args[1]))
        ) from error


def dependants(name: str, among: Sequence[Package]) -> list[str]:
    """The addons among `among` that need `name`, directly or through others, nearest first."""
    found: list[str] = []
    queue = [name]
    while queue:
        current = queue.pop(0)
        for package in among:
            if current in package.needs and package.name not in found and package.name != name:
                found.append(package.name)
                queue.append(package.name)
    return found


def load(packages: Sequence[Package]) -> None:
    """Import the words of each package, dependencies first, and add its translations."""
    claim(packages)
    for package in packages:
        add_catalogs(package.folder / "locale")
        for word in WORDS:
            for _module in package.modules(word):
                pass


def claim(packages: Iterable[Package]) -> None:
    """Note whose modules are whose, before any of them declares a table."""
    _owners.update({package.module: package.name for package in packages})


_owners: dict[str, str] = {"core": BASE, CUSTOM: CUSTOM}


def owner_of(module: str) -> str:
    """The name of the addon whose package holds `module`; mechanisms of the core belong to base.

    Where nobody has claimed it (a program or a test that imports models by itself), the installed packages are asked.
    """
    return _claimed(module) or _claimed(module, _installed_owners())


def _claimed(module: str, owners: Mapping[str, str] = _owners) -> str:
    candidates = [package for package in owners if module == package or module.startswith(package + ".")]
    return owners[max(candidates, key=len)] if candidates else ""


@cache
def _installed_owners() -> Mapping[str, str]:
    return {package.module: package.name for package in discover({}).values()}


def _closure(wanted: Iterable[str], available: Mapping[str, Package]) -> set[str]:
    names: set[str] = set()
    queue = [(name, "") for name in (BASE, *wanted)]
    while queue:
        name, because = queue.pop()
        if name in names:
            continue
        if name not in available:
            raise AddonError(_missing(name, because))
        names.add(name)
        queue += [(need, name) for need in available[name].needs]
    return names


def _missing(name: str, because: str) -> object:
    if because:
        return _(
            "Addon {because} depends on {name}, which is not installed as a package. Run pip install for it.",
            because=because,
            name=name,
        )
    return _("There is no addon {name}. dovetail addons lists those there are.", name=name)


def _add(found: dict[str, Package], package: Package) -> None:
    other = found.setdefault(package.name, package)
    if other.module != package.module:
        raise AddonError(
            _(
                "Two packages offer an addon {name}: {first} and {second}. Uninstall one of them.",
                name=package.name,
                first=other.module,
                second=package.module,
            )
        )


def _joins_of(package: Package) -> Iterator[Package]:
    joins = package.word("joins")
    for found in pkgutil.iter_modules(getattr(joins, "__path__", ())):
        yield manifest(f"{package.module}.joins.{found.name}", package.distribution, package.version)
