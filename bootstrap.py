#!/usr/bin/env python3
"""Set up, run and test Dovetail from a fresh clone, with the standard library alone."""

import argparse
import ctypes.util
import hashlib
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

# Nothing above or below may be syntax that an old Python cannot read: it has to get here to say so.
if sys.version_info < (3, 11):
    sys.exit(
        "Dovetail needs Python 3.11 or newer, and this is Python {}.{}. Nothing was changed.\n"
        "Install a newer one (Debian 12: apt-get install python3 python3-venv) and start this file with it,\n"
        "for example: python3.13 bootstrap.py run".format(*sys.version_info[:2])
    )

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
SUFFIX = ".exe" if os.name == "nt" else ""
PYTHON = BIN / f"python{SUFFIX}"
DOVETAIL = BIN / f"dovetail{SUFFIX}"
STAMP = VENV / "dovetail.stamp"
LOCKS = {profile: ROOT / "requirements" / f"{profile}.lock" for profile in ("runtime", "dev")}

DEFAULT_PORT = 8000
EVERYDAY = "not (browser or story or fault or slow or combination)"

# What would make pip or Python look elsewhere than into our virtual environment.
STRAY_VARIABLES = ("PYTHONHOME", "PYTHONPATH", "PIP_USER", "PIP_TARGET", "PIP_PREFIX", "VIRTUAL_ENV")

#: Debian's packages for `test --system-packages`: what each brings, and how its presence shows.
SYSTEM_PACKAGES: "dict[str, Callable[[], object]]" = {
    "chromium": lambda: any(map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))),
    "mosquitto": lambda: shutil.which("mosquitto", path=f"{os.environ.get('PATH', '')}:/usr/sbin"),
    "postgresql": lambda: any(Path("/usr/lib/postgresql").glob("*/bin/postgres")),
    "fonts-dejavu-core": lambda: Path("/usr/share/fonts/truetype/dejavu").is_dir(),
    "libpango-1.0-0": lambda: ctypes.util.find_library("pango-1.0"),
    "libpangoft2-1.0-0": lambda: ctypes.util.find_library("pangoft2-1.0"),
    "libharfbuzz-subset0": lambda: ctypes.util.find_library("harfbuzz-subset"),
}


class Stop(Exception):
    """What keeps us from going on: said to the person, with what to do."""


def main(arguments: "list[str]") -> int:
    """Do what the command line asks and return the exit status."""
    options, rest = _parser().parse_known_args(arguments)
    if rest and options.command != "test":
        _parser().error(f"unknown: {' '.join(rest)}")
    for name in STRAY_VARIABLES:
        os.environ.pop(name, None)
    try:
        if options.command == "install":
            install("dev" if options.dev else "runtime", options.wheelhouse)
            print(f"Installed in {VENV}. Start the demo plant with: python3 bootstrap.py run")
            return 0
        return run(options) if options.command == "run" else test(options, rest)
    except Stop as stop:
        print(f"\n{stop}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nInterrupted. The same command carries on from here.", file=sys.stderr)
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="bootstrap.py", description=__doc__)
    commands = parser.add_subparsers(dest="command", metavar="install | run | test", required=True)
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument("--wheelhouse", metavar="DIR", type=Path, help="install from this folder, no network")

    install_parser = commands.add_parser("install", parents=[shared], help="make the virtual environment")
    install_parser.add_argument("--dev", action="store_true", help="with what tests and checks need")

    run_parser = commands.add_parser("run", parents=[shared], help="serve the demo plant on this machine")
    run_parser.add_argument("--port", type=int, default=DEFAULT_PORT)
    run_parser.add_argument("--addons", metavar="NAMES", help="install these alone, divided by commas")
    run_parser.add_argument("--database", metavar="URL", help="for example postgresql://user@host/name")
    run_parser.add_argument("--empty", action="store_true", help="a site without the demo plant")

    test_parser = commands.add_parser("test", parents=[shared], help="run the tests; more goes on to pytest")
    test_parser.add_argument("--all", action="store_true", help="with browser, stories, faults, combinations")
    test_parser.add_argument("--system-packages", action="store_true", help="apt-install what is missing")
    test_parser.add_argument(
        "--data", metavar="DIR", type=Path, help="published data to check numbers against"
    )
    return parser


def run(options: argparse.Namespace) -> int:
    """Serve the demo site until Ctrl-C; the command makes it when there is none."""
    _require_free(options.port)
    install("runtime", options.wheelhouse)
    command = [str(DOVETAIL), "run", f"--port={options.port}"]
    command += [f"--addons={options.addons}"] if options.addons else []
    command += [f"--database={options.database}"] if options.database else []
    command += ["--empty"] if options.empty else []
    sys.stdout.flush()
    os.chdir(ROOT)  # the site lies in the clone, wherever the command was typed
    if os.name != "nt":
        os.execv(command[0], command)
    return subprocess.call(command)


def test(options: argparse.Namespace, rest: "list[str]") -> int:
    """Run the everyday tests, or all of them, on every processor."""
    if options.system_packages:
        install_system_packages()
    install("dev", options.wheelhouse)
    workers = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    command = [str(PYTHON), "-m", "pytest", f"--numprocesses={workers}", "--dist=worksteal"]
    command += [] if options.all else ["-m", EVERYDAY]
    command += [f"--data={options.data.resolve()}"] if options.data else []
    environment = dict(os.environ)
    if options.all and options.system_packages:
        environment["DOVETAIL_NO_SKIP"] = "1"
    return subprocess.call(command + rest, cwd=ROOT, env=environment)


def install(profile: str, wheelhouse: "Path | None") -> None:
    """Make .venv hold exactly what the lock says; at once where it does already."""
    wanted = _stamp(profile)
    if _is_current(profile):
        return
    if wheelhouse is not None and not wheelhouse.is_dir():
        raise Stop(
            f"There is no folder {wheelhouse}. Name the one that holds the wheels with --wheelhouse DIR."
        )
    _make_environment()
    STAMP.unlink(missing_ok=True)
    print("Installing the packages (a minute or two the first time) ...", flush=True)
    source = ["--no-index", "--find-links", str(wheelhouse.resolve())] if wheelhouse else []
    _pip([*source, "--require-hashes", "-r", str(LOCKS[profile])])
    _pip(["--no-deps", "--no-build-isolation", "--no-index", "-e", str(ROOT)])
    _compile([VENV, ROOT / "core", ROOT / "addons"])
    STAMP.write_text(wanted)


def _stamp(profile: str) -> str:
    """What the environment was made from, the place of the clone included."""
    digest = hashlib.sha256(str(ROOT).encode())
    for path in (*LOCKS.values(), ROOT / "pyproject.toml"):
        digest.update(path.read_bytes())
    return f"{profile} {digest.hexdigest()}"


def _is_current(profile: str) -> bool:
    """Whether .venv has all of `profile`; the tests' environment serves for running too."""
    if not (PYTHON.exists() and DOVETAIL.exists() and STAMP.exists()):
        return False
    return STAMP.read_text() in {_stamp(profile), _stamp("dev")}


def _make_environment() -> None:
    """A virtual environment in .venv whose Python starts and is new enough."""
    if _starts():
        return
    print(f"Making a virtual environment in {VENV} ...", flush=True)
    uv = shutil.which("uv")
    if uv:
        command = [uv, "venv", "--quiet", "--clear", "--python", sys.executable, str(VENV)]
    else:
        pip_in_it = [] if _has("ensurepip") else ["--without-pip"]
        command = [sys.executable, "-m", "venv", "--clear", *pip_in_it, str(VENV)]
        if pip_in_it and not _has("pip"):
            raise Stop(
                "This Python cannot make a virtual environment: it comes without ensurepip. Nothing was changed.\n"
                "On Debian or Ubuntu: apt-get install python3-venv    Then start the same command again."
            )
    if subprocess.call(command) != 0:
        raise Stop(
            f"The virtual environment {VENV} could not be made; the lines above say why.\n"
            "Check that the disk has room and that the folder is yours, then start the same command again."
        )


def _starts() -> bool:
    """Whether .venv has a Python that starts and that can be installed into."""
    if not PYTHON.exists():
        return False
    needs_pip = not shutil.which("uv") and not _has("pip")
    question = "import sys; assert sys.version_info >= (3, 11)" + ("; import pip" if needs_pip else "")
    try:
        return subprocess.call([str(PYTHON), "-c", question], stderr=subprocess.DEVNULL) == 0
    except OSError:
        return False


def _has(module: str) -> bool:
    """Whether the Python that runs this has `module` in working order."""
    answer = subprocess.run(
        [sys.executable, "-c", f"import {module}"], stderr=subprocess.DEVNULL, check=False
    )
    return answer.returncode == 0


def _pip(arguments: "list[str]") -> None:
    """Install into .venv: by uv, by its own pip, or by the pip of the Python that runs this."""
    uv = shutil.which("uv")
    if uv:
        command = [uv, "pip", "install", "--quiet", "--python", str(PYTHON)]
    elif subprocess.call([str(PYTHON), "-c", "import pip"], stderr=subprocess.DEVNULL) == 0:
        command = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    else:
        command = [sys.executable, "-m", "pip", "--python", str(PYTHON), "install", "--quiet"]
    if subprocess.call(command + arguments, cwd=ROOT) != 0:
        raise Stop(
            "The packages could not be installed; the lines above say why. What is there is kept, and the\n"
            "same command carries on. Without a network: fill a folder on a machine of this kind that has one,\n"
            "    python3 -m pip download --require-hashes -r requirements/dev.lock -d DIR\n"
            "bring it here, and add --wheelhouse DIR."
        )


def _compile(folders: "list[Path]") -> None:
    """Keep the bytecode of `folders`: a start takes half the time, also where Python may not write its own.

    What cannot be compiled is nothing that is imported, such as another version's syntax among a package's tests.
    """
    command = [str(PYTHON), "-m", "compileall", "-qq", "-j", "0", *map(str, folders)]
    subprocess.call(command, cwd=ROOT)


def _require_free(port: int) -> None:
    """Say so at once when another program listens on `port`."""
    if not 0 < port < 1 << 16:
        raise Stop(f"{port} is no port. Choose one from 1024 to 65535, for example --port {DEFAULT_PORT}.")
    try:
        _listen(port)
    except PermissionError:
        raise Stop(
            f"Only root may serve on port {port}. Choose one from 1024 on: --port {DEFAULT_PORT}"
        ) from None
    except OSError:
        raise Stop(
            f"Port {port} is taken by another program, perhaps by Dovetail in another window.\n"
            f"Stop that one, or choose another port: python3 bootstrap.py run --port {_free_port_after(port)}"
        ) from None


def _free_port_after(port: int) -> int:
    for candidate in range(port + 1, 1 << 16):
        try:
            _listen(candidate)
        except OSError:
            continue
        return candidate
    return DEFAULT_PORT


def _listen(port: int) -> None:
    with socket.socket() as probe:
        if os.name != "nt":  # there the option would let two programs share a port
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(("127.0.0.1", port))


def install_system_packages() -> None:
    """Install the Debian packages that all tests need and that are missing."""
    missing = [name for name, is_there in SYSTEM_PACKAGES.items() if not is_there()]
    if not missing:
        return
    names = " ".join(missing)
    apt = shutil.which("apt-get")
    if apt is None:
        raise Stop(
            f"This system has no apt-get. Install what these Debian packages hold by its own means:\n{names}"
        )
    if os.geteuid() != 0:
        raise Stop(
            f"Only root may install packages. Run this first, then the tests again:\nsudo apt-get install {names}"
        )
    print(f"Installing {names} ...", flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for step in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", *missing]):
        if subprocess.call([apt, *step], env=environment, stdout=subprocess.DEVNULL) != 0:
            raise Stop(
                f"apt-get {step[0]} failed; the lines above say why. Install by hand, then start again:\n"
                f"apt-get install {names}"
            )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
