"""A place away from the clone where the platform is installed from its wheel, and addons beside it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("core", "addons")
LEFT_OUT = {"__pycache__", ".mypy_cache", ".ruff_cache"}
#: What would lead back to the clone or into the run of these tests.
_OURS = ("PYTHONPATH", "VIRTUAL_ENV", "DOVETAIL_", "PYTEST_", "COVERAGE_")


@dataclass(frozen=True)
class Installed:
    """A virtual environment with the platform; what else it needs is found where these tests found it."""

    folder: Path

    @property
    def bin(self) -> Path:
        return self.folder / ("Scripts" if sys.platform == "win32" else "bin")

    def pip(self, command: str, *arguments: Path | str, cwd: Path | None = None) -> None:
        """Install, or build a wheel, without a network and with the build tools that are here."""
        offline = ["--quiet", "--disable-pip-version-check", "--no-index", "--no-build-isolation"]
        self.run("python", "-m", "pip", command, *offline, *map(str, arguments), cwd=cwd)

    def install(self, *packages: Path | str) -> None:
        self.pip("install", *packages)

    def run(self, command: str, *arguments: str, cwd: Path | None = None) -> str:
        """What a command of the environment prints; one that fails fails the test with its words."""
        done = self.tried(command, *arguments, cwd=cwd)
        assert done.returncode == 0, f"{command} {' '.join(arguments)}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def checked(self, name: str, project: Path) -> None:
        """Fail where the addon in `project` breaks a rule of the house, of the linter or of strict types."""
        assert self.run("dovetail", "check", name) == "Nothing to complain about.\n"
        self.run("python", "-m", "ruff", "check", "--no-cache", cwd=project)
        self.run("python", "-m", "ruff", "format", "--check", "--no-cache", cwd=project)
        cache = f"--cache-dir={self.folder / 'mypy'}"
        self.run("python", "-m", "mypy", "--strict", cache, name, "tests", cwd=project)

    def tried(
        self, command: str, *arguments: str, cwd: Path | None = None
    ) -> subprocess.CompletedProcess[str]:
        """A command, whatever it comes to."""
        own = {name: value for name, value in os.environ.items() if not name.startswith(_OURS)}
        return subprocess.run(
            [str(self.bin / command), *arguments],
            cwd=cwd or self.folder,
            env=own,
            capture_output=True,
            text=True,
            check=False,
        )


def installed(wheel: Path, folder: Path) -> Installed:
    """A new environment in `folder` that holds `wheel`."""
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True, capture_output=True)
    made = Installed(folder)
    libraries = sysconfig.get_paths("venv", {"base": str(folder), "platbase": str(folder)})["purelib"]
    (Path(libraries) / "libraries.pth").write_text(sysconfig.get_path("purelib"))
    made.install("--no-deps", "--ignore-installed", wheel)
    return made


def platform_wheel(folder: Path, more: Mapping[str, str] | None = None) -> Path:
    """The wheel of the source tree with `more` files, built in a copy so that nothing is left in it."""
    source = folder / "source"
    for name in PACKAGES:
        shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns(*LEFT_OUT))
    for name in ("pyproject.toml", "hatch_build.py", "README.md", "LICENSE", "NOTICE"):
        shutil.copy(ROOT / name, source)
    for name, text in (more or {}).items():
        (source / name).parent.mkdir(exist_ok=True)
        (source / name).write_text(text, encoding="utf-8")
    return wheel_of(source, folder)


def wheel_of(source: Path, target: Path) -> Path:
    """The wheel of the project in `source`, in the folder `target`."""
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(target)]
    subprocess.run(command, cwd=source, check=True, capture_output=True)
    return next(target.glob("*.whl"))
