"""The dovetail command as a person types it: what it does, and what it says when it cannot."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from core.config import read
from core.testing import snapshot
from core.testing.process import free_port
from tests.core.cli.typed import SECONDS, dovetail, environment
from tests.core.migrate.steps import plain


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site with the library, which no test here changes."""
    folder = tmp_path_factory.mktemp("made") / "site"
    done = dovetail(folder, "init", "--addons", "library")
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture
def port() -> int:
    """A port that was free a moment ago."""
    return free_port()


def test_a_new_site_calls_nobody_inside_the_own_network_who_is_not_named(made: Path) -> None:
    assert read(made).only_inside_hosts


def test_a_new_secret_encrypts_and_what_is_encrypted_follows(tmp_path: Path) -> None:
    dovetail(tmp_path, "init")
    before = read(tmp_path).secrets()

    made = dovetail(tmp_path, "new-secret")
    followed = dovetail(tmp_path, "encrypt-anew")

    assert "encrypt-anew" in made.stdout
    assert read(tmp_path).secrets()[1:] == before
    assert (followed.returncode, followed.stdout) == (0, "0 texts were encrypted anew.\n")


def test_addons_are_listed_with_their_state(made: Path) -> None:
    listed = dovetail(made, "addons").stdout

    assert "library                         1.0       Installed       Library" in listed
    assert "lending                         1.0                       Lending" in listed


def test_a_plan_is_shown_and_nothing_changes(made: Path) -> None:
    before = snapshot.schema(plain(f"sqlite:///{made / 'site.db'}"))

    plan = dovetail(made, "addons", "install", "lending", "--plan").stdout

    assert "Install: lending" in plan
    assert "Creates table lending_movement" in plan
    assert "Fills lending_book with 1 rows" in plan
    assert snapshot.difference(before, snapshot.schema(plain(f"sqlite:///{made / 'site.db'}"))) == []


def test_a_change_that_is_not_agreed_to_does_not_happen(made: Path) -> None:
    done = dovetail(made, "addons", "install", "lending")

    assert "Go on?" in done.stdout
    assert (
        "lending                         1.0                       Lending" in dovetail(made, "addons").stdout
    )


def test_an_addon_is_installed_and_purged(tmp_path: Path) -> None:
    dovetail(tmp_path, "init", "--addons", "library")

    installed = dovetail(tmp_path, "addons", "install", "lending", "--yes")
    purged = dovetail(tmp_path, "addons", "purge", "lending", "--yes")

    assert "Installed: lending" in installed.stdout
    assert "Drops table lending_movement with 0 rows" in purged.stdout
    assert "Done: lending" in purged.stdout


def test_an_addon_that_forgets_a_dependency_is_refused_before_it_is_loaded(made: Path) -> None:
    done = dovetail(made, "addons", "install", "stray", "--yes", more="forgotten_dependency")

    assert done.returncode == 1
    assert "imports library.models.book without naming library" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["addons", "install", "nope"], "There is no addon nope. dovetail addons lists those there are."),
        (["addons", "disable", "lending"], "Addon lending is not installed."),
        (["hooks", "explain", "nope"], "There is no hook nope. dovetail hooks lists those there are."),
        (["user", "passwd", "nobody", "--password", "x"], "There is no user nobody."),
        (["init"], "already. Nothing has changed."),
    ],
)
def test_what_cannot_be_done_is_told_in_a_sentence(made: Path, arguments: list[str], message: str) -> None:
    done = dovetail(made, *arguments)

    assert done.returncode == 1
    assert message in done.stderr
    assert "Traceback" not in done.stderr


def test_a_folder_without_a_site_says_how_to_make_one(tmp_path: Path) -> None:
    done = dovetail(tmp_path, "serve", "--port", "0")

    assert done.returncode == 1
    assert f"There is no site in {tmp_path}. dovetail init makes an empty one" in done.stderr


def test_a_database_that_does_not_answer_is_named_without_its_password(tmp_path: Path) -> None:
    url = "postgresql://dora:secret@127.0.0.1:1/plant"

    done = dovetail(tmp_path, "run", "--database", url, "--port", "0")

    assert done.returncode == 1
    assert "The database postgresql+psycopg://dora@127.0.0.1:1/plant does not answer" in done.stderr
    assert "secret" not in done.stderr


def test_an_interrupted_making_is_noticed(tmp_path: Path, made: Path) -> None:
    (tmp_path / "site.db").write_bytes((made / "site.db").read_bytes())

    done = dovetail(tmp_path, "run", "--port", "0")

    assert done.returncode == 1
    assert (
        f"The making of the site in {tmp_path} was interrupted. Remove the folder and start again."
        in done.stderr
    )


def test_a_taken_port_is_told_before_anything_is_made(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        number = taken.getsockname()[1]

        done = dovetail(tmp_path / "site", "run", "--port", str(number))

    assert done.returncode == 1
    assert f"Port {number} of 127.0.0.1 is taken" in done.stderr
    assert f"--port {number + 1} takes another" in done.stderr
    assert not (tmp_path / "site").exists()


def test_a_demonstration_is_served_on_this_machine_alone(tmp_path: Path) -> None:
    (tmp_path / "dovetail.toml").write_text("secure_cookies = false\n")

    done = dovetail(tmp_path, "serve", "--host", "0.0.0.0")  # noqa: S104 -- which is refused

    assert done.returncode == 1
    assert "everybody knows its passwords" in done.stderr


def test_hooks_are_explained(made: Path) -> None:
    told = dovetail(made, "hooks", "explain", "decide_lending").stdout

    assert told.startswith("library: decide_lending(env, book)\n")
    assert "may leave the house" in told
    assert "Nobody listens." in told


def test_an_addon_adds_commands(tmp_path: Path) -> None:
    dovetail(tmp_path, "init", "--addons", "shelving")

    done = dovetail(tmp_path, "shelves", "count")

    assert done.stdout == "0 shelves\n", done.stderr


def test_run_makes_a_site_and_serves_it_until_it_is_ended(tmp_path: Path, port: int) -> None:
    arguments = ["run", "--empty", "--addons", "library", "--port", str(port)]

    page, status, said = _served(tmp_path, arguments, port, environment())

    assert "Dovetail" in page
    assert status == 0
    assert f"Dovetail is at http://127.0.0.1:{port}/" in said


@pytest.mark.parametrize(
    ("made_by", "served_by", "told"),
    [
        (["init", "--demo", "--language", "de"], "run", "de"),
        (["init", "--demo", "--language", "de"], "serve", ""),
        (["init"], "run", ""),
    ],
)
def test_an_example_lives_in_a_demonstration_that_is_tried_out_and_fails_alone(
    tmp_path: Path, port: int, made_by: list[str], served_by: str, told: str
) -> None:
    environment = _with_a_tale(tmp_path / "addons")
    command = [
        sys.executable,
        "-m",
        "core.cli",
        "--site",
        str(tmp_path / "site"),
        *made_by,
        "--addons",
        "tale",
    ]
    subprocess.run(command, check=True, timeout=SECONDS, env=environment)

    page, status, said = _served(tmp_path, [served_by, "--port", str(port)], port, environment)

    kept = tmp_path / "site" / "tale"
    assert (kept.read_text() if kept.exists() else "") == told
    assert ("the example of tale came to an end by an error" in said) is bool(told)
    assert "Dovetail" in page
    assert status == 0


def test_a_site_is_served_without_an_addon_that_broke(tmp_path: Path, port: int) -> None:
    dovetail(tmp_path / "site", "init", "--addons", "absent", more="import_error")
    broken = environment("import_error") | {"SAMPLE_BROKEN": "1"}

    page, status, said = _served(tmp_path, ["serve", "--port", str(port)], port, broken)

    assert "Addon absent is broken and was put in quarantine (absent)" in said
    assert "Dovetail" in page
    assert status == 0


def _served(
    folder: Path, arguments: list[str], port: int, environment: dict[str, str]
) -> tuple[str, int, str]:
    """The sign-in page of a server, the status with which it ends when asked to, and what it said."""
    log = folder / "log"
    with log.open("w") as out:
        server = subprocess.Popen(
            [sys.executable, "-m", "core.cli", "--site", str(folder / "site"), *arguments],
            stdout=out,
            stderr=out,
            env=environment,
        )
    try:
        page = _answer(f"http://127.0.0.1:{port}/-/sign-in", server)
    finally:
        server.send_signal(signal.SIGTERM)
        status = server.wait(SECONDS)
    return page, status, log.read_text()


def _with_a_tale(folder: Path) -> dict[str, str]:
    """An environment with an addon whose example writes that it lives, and fails."""
    files = {
        "tale/__init__.py": 'from core import Addon, _\n\naddon = Addon("tale", title=_("Tale"))\n',
        "tale/demo.py": "def demo(env, language): ...\n\n\ndef live(site, language, stop):\n"
        '    (site.folder / "tale").write_text(language)\n    raise RuntimeError\n',
        "tale-1.0.dist-info/METADATA": "Metadata-Version: 2.1\nName: tale\nVersion: 1.0\n",
        "tale-1.0.dist-info/entry_points.txt": "[dovetail.addons]\ntale = tale\n",
    }
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return os.environ | {"PYTHONPATH": os.pathsep.join([str(folder), str(Path.cwd())])}


def _answer(url: str, server: subprocess.Popen[bytes]) -> str:
    until = time.monotonic() + SECONDS
    while time.monotonic() < until and server.poll() is None:
        try:
            with urllib.request.urlopen(url) as answer:  # noqa: S310 -- our own address
                return str(answer.read().decode())
        except OSError:
            time.sleep(0.1)
    return ""


@pytest.mark.parametrize("arguments", [["--help"], ["--site", "elsewhere", "--help"], ["serve", "--help"]])
def test_help_is_given_where_there_is_no_site(tmp_path: Path, arguments: list[str]) -> None:
    asked = subprocess.run(
        [sys.executable, "-m", "core.cli", *arguments],
        capture_output=True, text=True, timeout=SECONDS, check=False, cwd=tmp_path, env=environment(""),
    )  # fmt: skip

    assert asked.returncode == 0, asked.stderr
    assert asked.stdout.startswith("Usage: dovetail")
    assert not list(tmp_path.iterdir())
