"""What a rule looks at: an addon with its sources and, once it is loaded, what it declared."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

from core.addon import BASE, Package
from core.checks.problem import Problem
from core.migrate.loading import Loaded as LoadedSet
from core.orm.facet import Facet
from core.orm.model import Base, Model

#: Folders of an addon that hold no module of it.
_NOT_MODULES = ("migrations", "__pycache__", "tests")


@dataclass(frozen=True)
class Source:
    """One Python file of an addon."""

    path: Path
    #: Relative to the addon's folder.
    place: str
    module: str
    text: str
    tree: ast.Module


@dataclass(frozen=True)
class Subject:
    """An addon among those there are."""

    package: Package
    available: Mapping[str, Package]

    @property
    def name(self) -> str:
        return self.package.name

    @property
    def is_base(self) -> bool:
        """Base is the core's own: the mechanisms count as its sources and may do what addons may not."""
        return self.name == BASE

    @property
    def folder(self) -> Path:
        return Path(__file__).parents[1] if self.is_base else self.package.folder

    @property
    def sources(self) -> list[Source]:
        """Its modules, those of its joins excepted, which are addons of their own."""
        return _sources(self.folder, "core" if self.is_base else self.package.module)

    def problem(self, where: str, what: object) -> Problem:
        return Problem(self.name, where, str(what))


@dataclass(frozen=True)
class Loaded(Subject):
    """An addon that is loaded with the others."""

    loaded: LoadedSet

    @cached_property
    def classes(self) -> list[type[Base]]:
        """Its mapped classes."""
        return [
            mapper.class_ for mapper in Base.registry.mappers
            if mapper.local_table is not None and mapper.local_table.info.get("addon") == self.name  # type: ignore[attr-defined]  # a Table
        ]  # fmt: skip

    @property
    def models(self) -> list[type[Model]]:
        return [cls for cls in self.classes if issubclass(cls, Model)]

    @property
    def facets(self) -> Iterator[type[Facet]]:  # type: ignore[type-arg]  # of any model
        return (cls for cls in self.classes if issubclass(cls, Facet))


def read(path: Path, folder: Path, package: str) -> Source:
    """The source at `path` in the folder of `package`."""
    text = path.read_text(encoding="utf-8")
    place = path.relative_to(folder).as_posix()
    dotted = place.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
    module = package if dotted == "__init__" else f"{package}.{dotted}"
    return Source(path, place, module, text, ast.parse(text, str(path)))


@cache
def _sources(folder: Path, package: str) -> list[Source]:
    return [
        read(path, folder, package)
        for path in sorted(folder.rglob("*.py"))
        if not _apart(path.relative_to(folder).parts)
    ]


def _apart(parts: tuple[str, ...]) -> bool:
    """Whether a file is a migration, or of a join, which is an addon of its own."""
    of_a_join = parts[0] == "joins" and len(parts) > 2  # noqa: PLR2004 -- joins/<partner>/...
    return of_a_join or any(part in _NOT_MODULES for part in parts)
