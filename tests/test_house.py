"""The rules of the house that no linter knows: size, imports, reasons, locks."""

from __future__ import annotations

import ast
import hashlib
import json
import re
import subprocess
import tomllib
from collections.abc import Callable, Iterator
from importlib import metadata
from pathlib import Path
from typing import NamedTuple

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
DIST = ROOT / "core" / "web" / "static" / "dist"
FILE_LINES = 600
FUNCTION_LINES = 50
TEXT = {".py", ".toml", ".md", ".in", ".lock", ".sh", ".jinja", ".js", ".mjs", ".css", ".po", ".json", ""}


class Module(NamedTuple):
    """One Python file: its place in the repository, its text and its tree."""

    place: str
    text: str
    tree: ast.Module

    def imports(self) -> Iterator[tuple[int, str, str]]:
        """Line, module and name (empty for `import module`) of each import that runs."""
        hidden = {id(node) for block in _type_checking_blocks(self.tree) for node in ast.walk(block)}
        for node in ast.walk(self.tree):
            if id(node) in hidden:
                continue
            if isinstance(node, ast.Import):
                yield from ((node.lineno, alias.name, "") for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module:
                yield from ((node.lineno, node.module, alias.name) for alias in node.names)


def parse(place: str, text: str) -> Module:
    """The module that `text` would be at `place`."""
    return Module(place, text, ast.parse(text))


def modules(*tops: str) -> list[Module]:
    """Every Python file of the repository below `tops`, migrations apart: those are made, then left alone."""
    files = (path for top in tops for path in sorted((ROOT / top).rglob("*.py")))
    return [
        parse(path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8"))
        for path in files
        if "migrations" not in path.parts
    ]


def too_large(module: Module) -> Iterator[str]:
    """Files over 600 lines and functions over 50 of them."""
    lines = module.text.count("\n")
    if lines > FILE_LINES:
        yield f"{module.place} has {lines} lines"
    for node in ast.walk(module.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            if length > FUNCTION_LINES:
                yield f"{module.place}:{node.lineno} {node.name} has {length} lines"


def undescribed(module: Module) -> Iterator[str]:
    """Modules that do not open with a sentence (an empty file marks a package and needs none), and banners."""
    if module.text.strip() and not ast.get_docstring(module.tree):
        yield f"{module.place} has no docstring"
    yield from _lines(module, re.compile(r"^\s*#\s*[-=*#~_]{4,}"), "is a banner")


def unexplained(module: Module) -> Iterator[str]:
    """Exceptions to a rule, skips and expected failures that do not say why."""
    yield from _lines(module, re.compile(r"#\s*noqa(?!:[^#]*\s--\s\S)"), "has a noqa without `-- reason`")
    yield from _lines(
        module,
        re.compile(r"#\s*type:\s*ignore(?!\[[\w, -]+\]\s+#\s*\S)"),
        "has a type: ignore without a reason",
    )
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call) and _is_skip(node.func) and not _says_why(node):
            yield f"{module.place}:{node.lineno} skips without a reason"
        if (
            isinstance(node, ast.Attribute)
            and node.attr in {"skip", "xfail"}
            and not _called(node, module.tree)
        ):
            yield f"{module.place}:{node.lineno} skips without a reason"


def facing(module: Module) -> Iterator[str]:
    """Imports of the public face from within the core."""
    for line, name, member in module.imports():
        if name == "core" and not (member and _is_module(f"core.{member}")):
            yield f"{module.place}:{line} imports the core's public face"


def machine_paths(place: str, text: str) -> Iterator[str]:
    """Paths of somebody's machine."""
    pattern = re.compile(r"(?<![\w.}])/(?:home/\w|root/|Users/\w|tmp/\w|work/\w)")
    for number, line in enumerate(text.splitlines(), 1):
        if pattern.search(line):
            yield f"{place}:{number} names a path of one machine"


def test_files_and_functions_keep_their_size() -> None:
    offences = [o for m in modules("core", "addons", "benchmarks") for o in too_large(m)]
    offences += too_large(parse("bootstrap.py", (ROOT / "bootstrap.py").read_text(encoding="utf-8")))

    assert offences == []


@pytest.mark.parametrize("check", [undescribed, unexplained])
def test_every_module_explains_itself(check: Callable[[Module], Iterator[str]]) -> None:
    assert [o for m in modules("core", "addons", "benchmarks", "tests") for o in check(m)] == []


def test_the_core_never_imports_its_own_face() -> None:
    assert [o for m in modules("core") for o in facing(m)] == []


def test_no_file_names_a_path_of_one_machine() -> None:
    offences: list[str] = []
    for place in _tracked():
        path = ROOT / place
        if path.suffix in TEXT and DIST not in path.parents and path.is_file():
            offences += machine_paths(place, path.read_text(encoding="utf-8", errors="replace"))

    assert offences == []


@pytest.mark.parametrize(
    ("check", "place", "text"),
    [
        (too_large, "core/a.py", "#\n" * 601),
        (too_large, "core/a.py", "def f():\n" + "    g()\n" * 50),
        (undescribed, "core/a.py", "a = 1\n"),
        (undescribed, "core/a.py", '"""A."""\n# ------ part two\n'),
        (unexplained, "core/a.py", "a = b  # no" + "qa: F821\n"),
        (unexplained, "core/a.py", "a = b  # type: " + "ignore[misc]\n"),
        (unexplained, "tests/a.py", "pytest.skip()\n"),
        (unexplained, "tests/a.py", "@pytest.mark.skip\ndef f(): ...\n"),
        (unexplained, "tests/a.py", "@pytest.mark.xfail(strict=True)\ndef f(): ...\n"),
        (unexplained, "tests/a.py", "pytest.importorskip('a')\n"),
        (facing, "core/a.py", "from core import Model\n"),
        (facing, "core/a.py", "import core\n"),
    ],
)
def test_an_offence_is_found(check: Callable[[Module], Iterator[str]], place: str, text: str) -> None:
    assert list(check(parse(place, text)))


def test_a_path_of_a_machine_is_found() -> None:
    assert list(machine_paths("a.md", "see /" + "home/anna/file"))


def test_the_package_asks_for_what_is_locked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

    extras = project["optional-dependencies"].values()
    asked = [*project["dependencies"], *(each for extra in extras for each in extra)]

    assert sorted(asked) == sorted(_pins("runtime.in"))


@pytest.mark.parametrize("name", ["runtime", "dev"])
def test_a_lock_holds_its_pins_and_nothing_of_a_machine(name: str) -> None:
    lock = (ROOT / "requirements" / f"{name}.lock").read_text(encoding="utf-8")
    locked = {(each.name, str(each.specifier)) for each in _locked(name)}

    pins = {
        (canonicalize_name(each.name), str(each.specifier)) for each in map(Requirement, _pins(f"{name}.in"))
    }

    assert pins <= locked
    assert not re.search(r"file:|https?:|--find-links|index-url", lock)


def test_the_tests_environment_has_the_very_packages_of_the_platform() -> None:
    runtime, dev = (
        (ROOT / "requirements" / f"{n}.lock").read_text(encoding="utf-8") for n in ("runtime", "dev")
    )

    assert set(runtime.splitlines()) <= set(dev.splitlines())


def test_the_locks_keep_the_extras_that_packages_ask_for() -> None:
    """To pip `coverage[toml]` is another requirement than a pinned `coverage`, and so an unpinned one."""
    locked = {requirement.name: requirement.extras for requirement in _locked("dev")}

    asked = [requirement for name in locked for requirement in _asked_by(name)]

    assert asked
    assert [str(each) for each in asked if not each.extras <= locked.get(each.name, each.extras)] == []


def test_the_committed_front_end_is_the_one_that_was_built() -> None:
    manifest = json.loads((DIST / "manifest.json").read_text(encoding="utf-8"))
    present = {path.relative_to(DIST).as_posix() for path in DIST.rglob("*") if path.is_file()}

    hashes = {name: hashlib.sha256((DIST / name).read_bytes()).hexdigest() for name in manifest}

    assert hashes == {name: entry["sha256"] for name, entry in manifest.items()}
    assert present == {*manifest, "manifest.json"}


def _type_checking_blocks(tree: ast.Module) -> Iterator[ast.If]:
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING":
            yield node


def _lines(module: Module, pattern: re.Pattern[str], says: str) -> Iterator[str]:
    for number, line in enumerate(module.text.splitlines(), 1):
        if pattern.search(line):
            yield f"{module.place}:{number} {says}"


def _is_skip(function: ast.expr) -> bool:
    return isinstance(function, ast.Attribute) and function.attr in {
        "skip",
        "skipif",
        "xfail",
        "importorskip",
    }


def _says_why(call: ast.Call) -> bool:
    """Whether a skip has a reason: named, or for `pytest.skip` and `pytest.xfail` its one argument."""
    named = any(keyword.arg == "reason" for keyword in call.keywords)
    plain = isinstance(call.func, ast.Attribute) and call.func.attr in {"skip", "xfail"} and bool(call.args)
    return named or plain


def _called(attribute: ast.Attribute, tree: ast.Module) -> bool:
    return any(isinstance(node, ast.Call) and node.func is attribute for node in ast.walk(tree))


def _is_module(name: str) -> bool:
    path = ROOT.joinpath(*name.split("."))
    return path.is_dir() or path.with_suffix(".py").is_file()


def _pins(name: str) -> list[str]:
    """The requirements of an `.in` file without the files it takes in."""
    lines = (ROOT / "requirements" / name).read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith(("#", "-r"))]


def _locked(name: str) -> list[Requirement]:
    """The requirements of a lock, with canonical names."""
    text = (ROOT / "requirements" / f"{name}.lock").read_text(encoding="utf-8")
    return [Requirement(line.rstrip(" \\")) for line in text.splitlines() if line[:1].isalpha()]


def _asked_by(name: str) -> list[Requirement]:
    """The requirements with extras of a package, where it is installed on this system."""
    try:
        asked = map(Requirement, metadata.requires(name) or [])
    except metadata.PackageNotFoundError:
        return []
    return [
        each for each in asked if each.extras and (each.marker is None or each.marker.evaluate({"extra": ""}))
    ]


def _tracked() -> list[str]:
    """The files of the repository; outside of a clone, those of the source tree."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"],  # noqa: S607 -- git is where this machine has it
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if listed.returncode:
        return [path.relative_to(ROOT).as_posix() for path in ROOT.rglob("*.py") if ".venv" not in path.parts]
    return [name for name in listed.stdout.split("\0") if name]
