"""dovetail dev: a scratch site with the addons of the current folder, served again after each change of them."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import click

from core.addon import BASE, ENTRY_POINTS, discover
from core.app import create_site, engine_of
from core.cli.background import end
from core.cli.server import Listener
from core.cli.site import announce, has_site, opened
from core.config import ENVIRONMENT_PREFIX, Settings, write
from core.errors import AddonError
from core.i18n import _
from core.migrate.drift import drift
from core.migrate.install import load_active

SCRATCH = Path(".dovetail") / "dev"
_PORT = 8000
_LOOK_SECONDS = 0.5
_END_SECONDS = 15.0
#: What an addon is made of.
_WATCHED = {".py", ".jinja", ".po", ".css", ".js", ".toml"}


@dataclass(frozen=True)
class Project:
    """A folder with packaging metadata that offers addons."""

    folder: Path
    name: str
    version: str
    #: Module by addon.
    addons: Mapping[str, str]


@click.command()
@click.option("--port", default=_PORT, show_default=True, help="The port to listen on.")
@click.option("--once", is_flag=True, help="Serve without watching for changes.")
def dev(port: int, *, once: bool) -> None:
    """Serve a scratch site with the addons of this folder, which need not be installed; changes are seen at once.

    The site has the example of its addons. It is made anew when their models no longer fit its tables.
    """
    found = list(projects(Path.cwd()))
    if not found:
        raise AddonError(
            _(
                "Here is no addon: no pyproject.toml with an entry point {group}. dovetail new-addon makes one.",
                group=ENTRY_POINTS,
            )
        )
    if once:
        _serve(found, port)
    else:
        _keep_serving(found, port)


def projects(folder: Path) -> Iterator[Project]:
    """The projects with addons in `folder` and right below it."""
    for file in (folder / "pyproject.toml", *sorted(folder.glob("*/pyproject.toml"))):
        project = tomllib.loads(file.read_text(encoding="utf-8")).get("project", {}) if file.is_file() else {}
        addons = project.get("entry-points", {}).get(ENTRY_POINTS, {})
        if addons:
            yield Project(file.parent, project["name"], project.get("version", "0"), addons)


def _serve(found: list[Project], port: int) -> None:
    """Serve the scratch site in this process, whose environment knows the addons."""
    listener = Listener(port)
    names = tuple(name for project in found for name in project.addons if name != BASE)
    settings = Settings(SCRATCH.absolute(), addons=names, secure_cookies=False, demonstration="en")
    if has_site(settings) and not _fits(settings, names):
        click.echo(str(_("The models no longer fit the scratch site: it is made anew.")))
        shutil.rmtree(settings.folder)
    if not has_site(settings):
        create_site(settings, names, demo=True)
        write(settings)
    site = opened(settings)
    announce(site)
    listener.serve(site, demonstration=settings.demonstration)


def _fits(settings: Settings, names: tuple[str, ...]) -> bool:
    """Whether the site has these addons, with the tables that their models describe."""
    engine, available = engine_of(settings), discover()
    active = {package.name for package in load_active(engine, available).packages}
    with engine.connect() as connection:
        fits = active.issuperset(names) and not any(drift(connection, available[n]) for n in names)
    engine.dispose()
    return fits


def _keep_serving(found: list[Project], port: int) -> None:
    """Begin a serving process again whenever a file has changed; one that failed waits for the next change."""
    command = [sys.executable, "-m", "core.cli", "dev", "--once", "--port", str(port)]
    environment = _knowing(found)
    signal.signal(signal.SIGTERM, end)
    while True:
        seen = _files(found)
        serving = subprocess.Popen(command, env=environment)  # noqa: S603 -- this very command, without a shell
        try:
            while _files(found) == seen:
                time.sleep(_LOOK_SECONDS)
        finally:
            _end(serving)
        click.echo(str(_("Changed: serving again ...")))


def _knowing(found: list[Project]) -> dict[str, str]:
    """An environment that finds the projects in their sources, as if installed, and says nothing of another site."""
    packages = SCRATCH.with_name("dev-packages").absolute()
    shutil.rmtree(packages, ignore_errors=True)
    for project in found:
        metadata = packages / f"{project.name.replace('-', '_')}-{project.version}.dist-info"
        metadata.mkdir(parents=True)
        (metadata / "METADATA").write_text(
            f"Metadata-Version: 2.1\nName: {project.name}\nVersion: {project.version}\n", encoding="utf-8"
        )
        lines = [f"{name} = {module}\n" for name, module in project.addons.items()]
        (metadata / "entry_points.txt").write_text(f"[{ENTRY_POINTS}]\n{''.join(lines)}", encoding="utf-8")
    before = os.environ.get("PYTHONPATH", "")
    paths = [*(str(project.folder) for project in found), str(packages), *filter(None, [before])]
    others = {name: v for name, v in os.environ.items() if not name.startswith(ENVIRONMENT_PREFIX)}
    return {**others, "PYTHONPATH": os.pathsep.join(paths), "PYTHONDONTWRITEBYTECODE": "1"}


def _files(found: list[Project]) -> dict[Path, int]:
    """When each file of the projects was changed."""
    changed = {}
    for project in found:
        for folder, below, names in os.walk(project.folder):
            below[:] = [name for name in below if not name.startswith((".", "__"))]
            for path in (Path(folder) / name for name in names):
                if path.suffix in _WATCHED and path.exists():
                    changed[path] = path.stat().st_mtime_ns
    return changed


def _end(serving: subprocess.Popen[bytes]) -> None:
    serving.terminate()
    try:
        serving.wait(_END_SECONDS)
    except subprocess.TimeoutExpired:
        serving.kill()
        serving.wait()
