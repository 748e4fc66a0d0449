"""Writing a new addon: its files from the skeleton, and its first migration from its models."""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from functools import partial
from importlib import metadata
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from core.addon import discover, manifest
from core.cli.scaffold.naming import Plan
from core.errors import AddonError
from core.i18n import _
from core.migrate.scratch import next_revision

SKELETON = Path(__file__).parent / "skeleton"
_SUFFIX = ".jinja"
#: As the skeleton's formatter has it.
_LINE = 110


def write(plan: Plan, folder: Path) -> Path:
    """Make the addon in a new folder of its name below `folder`: all of it, or nothing."""
    target = folder / plan.name
    if target.exists():
        raise AddonError(_("There is {folder} already. Nothing was written.", folder=target))
    with tempfile.TemporaryDirectory(dir=folder, prefix=f".{plan.name}-") as draft:
        made = Path(draft) / plan.name
        for place, text in files(plan):
            path = made / place
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="\n")
        _write_first_migration(plan.name, made)
        made.rename(target)
    return target


def files(plan: Plan) -> Iterator[tuple[str, str]]:
    """Each file of the addon: its place and its text. The skeleton's own paths are templates too."""
    # What is made is source code, not a page: nothing in it is to be escaped as HTML.
    environment = Environment(
        loader=FileSystemLoader(SKELETON), undefined=StrictUndefined, keep_trailing_newline=True,
        trim_blocks=True, lstrip_blocks=True, autoescape=False,  # noqa: S701 -- as above
    )  # fmt: skip
    environment.filters["imports"] = partial(imports, plan.name)
    given = {"plan": plan, "platform": metadata.version("dovetail-platform")}
    for name in environment.list_templates(extensions=["jinja"]):
        place = environment.from_string(name.removesuffix(_SUFFIX)).render(given)
        yield place, environment.get_template(name).render(given)


def imports(own: str, block: str) -> str:
    """Lines of `from module import names` in the order of the linter, those of the addon's `own` modules apart."""
    names: dict[str, set[str]] = defaultdict(set)
    for line in block.strip().splitlines():
        module, _import, listed = line.removeprefix("from ").partition(" import ")
        names[module] |= {name.strip() for name in listed.split(",")}
    lines = {module: _imported(module, sorted(names[module], key=_rank)) for module in sorted(names)}
    sections = [
        "".join(lines[module] for module in lines if (module.partition(".")[0] == own) is ours)
        for ours in (False, True)
    ]
    return "\n".join(filter(None, sections))


def _imported(module: str, names: list[str]) -> str:
    line = f"from {module} import {', '.join(names)}"
    if len(line) <= _LINE:
        return f"{line}\n"
    return f"from {module} import (\n" + "".join(f"    {name},\n" for name in names) + ")\n"


def _rank(name: str) -> tuple[int, str]:
    """Constants, then classes, then the others."""
    kind = 0 if name.isupper() and len(name) > 1 else 1 if name[0].isupper() else 2
    return kind, name.lower()


def _write_first_migration(name: str, folder: Path) -> None:
    """Load the addon from where it is being made; it is installed nowhere yet."""
    sys.path.insert(0, str(folder))
    try:
        package = manifest(name)
        next_revision({**discover({}), name: package}, name, "initial")
    finally:
        sys.path.remove(str(folder))
    for compiled in list(folder.rglob("__pycache__")):
        shutil.rmtree(compiled)
