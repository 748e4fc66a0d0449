"""Rules on imports: what a manifest names, the two faces of the core, and table names across addons."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from core.addon import BASE, Package
from core.checks.problem import Problem
from core.checks.subject import Source, Subject
from core.i18n import _

#: What an addon may import of the core; the formats are pure readers and writers of files.
FACES = ("core", "core.base", "core.formats", "core.testing")
#: What its web module may import besides.
WEB_FACE = "core.web"


def undeclared_imports(subject: Subject) -> Iterator[Problem]:
    """An addon imports no other addon that its manifest does not name, nor one that those do not need."""
    if subject.is_base:
        return
    allowed = {subject.name, *_needed(subject.package, subject.available)}
    for source in subject.sources:
        for line, module in _imports(source):
            owner = _owner(module, subject.available)
            if owner is not None and owner not in allowed and owner != BASE:
                yield subject.problem(
                    f"{source.place}:{line}",
                    _("imports {module} without naming {owner}: add it to depends in the manifest, or make a join",
                      module=module, owner=owner),
                )  # fmt: skip


def faces(subject: Subject) -> Iterator[Problem]:
    """Of the core an addon imports `core` and `core.base`, and from its web module `core.web`."""
    if subject.is_base:
        return
    for source in subject.sources:
        allowed = (*FACES, WEB_FACE) if source.place.split("/")[0] in ("web", "web.py") else FACES
        for line, module in _imports(source):
            if module.split(".")[0] == "core" and not _is_face(module, allowed):
                yield subject.problem(
                    f"{source.place}:{line}",
                    _("imports {module}; an addon imports {faces}.", module=module, faces=", ".join(allowed)),
                )


def one_table_name(subject: Subject) -> Iterator[Problem]:
    """No two addons have a table of one name."""
    others = [other for other in subject.available.values() if other.name < subject.name]
    owners = {
        table: other.name for other in others for table in _tables_of(Subject(other, subject.available))
    }
    for source in subject.sources:
        for line, table in _tables(source):
            if table in owners:
                yield subject.problem(
                    f"{source.place}:{line}",
                    _("table {table} is {other}'s as well; rename it.", table=table, other=owners[table]),
                )


def _imports(source: Source) -> Iterator[tuple[int, str]]:
    """Every imported module with its line; `from core import x` is `core`, or `core.x` where that is a module."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.lineno, _absolute(node, source)


def _absolute(node: ast.ImportFrom, source: Source) -> str:
    if not node.level:
        return node.module or ""
    parts = source.module.split(".")
    inside = parts if source.place.endswith("__init__.py") else parts[:-1]
    return ".".join([*inside[: len(inside) - node.level + 1], *([node.module] if node.module else [])])


def _is_face(module: str, allowed: tuple[str, ...]) -> bool:
    """`core` itself is a face, its inner modules are not; below the other faces everything is."""
    return module == "core" or any(f"{module}.".startswith(f"{face}.") for face in allowed if face != "core")


def _owner(module: str, available: Mapping[str, Package]) -> str | None:
    """The addon whose package holds `module`."""
    owners = [p for p in available.values() if module == p.module or module.startswith(p.module + ".")]
    return max(owners, key=lambda p: len(p.module)).name if owners else None


def _needed(package: Package, available: Mapping[str, Package]) -> set[str]:
    found: set[str] = set()
    queue = list(package.needs)
    while queue:
        name = queue.pop()
        if name not in found and name in available:
            found.add(name)
            queue += available[name].needs
    return found


def _tables_of(subject: Subject) -> set[str]:
    return {table for source in subject.sources for _line, table in _tables(source)}


def _tables(source: Source) -> Iterator[tuple[int, str]]:
    """Each `__tablename__ = "..."` with its line."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant):
            names = [target.id for target in node.targets if isinstance(target, ast.Name)]
            if "__tablename__" in names:
                yield node.lineno, str(node.value.value)
