"""The set-up script: what it says when it cannot go on, and that a second start is quick."""

from __future__ import annotations

import ast
import socket
import subprocess
import sys
from importlib.util import cache_from_source
from pathlib import Path

import pytest

import bootstrap

SCRIPT = Path(bootstrap.__file__)


def test_an_old_python_can_read_the_script_as_far_as_its_message() -> None:
    source = SCRIPT.read_text(encoding="utf-8")

    tree = ast.parse(source, feature_version=(3, 6))

    first = next(node for node in tree.body if not isinstance(node, ast.Import | ast.ImportFrom | ast.Expr))
    assert "sys.version_info < (3, 11)" in ast.unparse(first)


def test_a_taken_port_is_named_at_once_with_another(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]

        status = bootstrap.main(["run", f"--port={port}"])

    said = capsys.readouterr().err
    assert status == 1
    assert f"Port {port} is taken" in said
    assert "bootstrap.py run --port" in said


@pytest.mark.parametrize("port", ["0", "70000"])
def test_what_is_no_port_is_refused(port: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert bootstrap.main(["run", f"--port={port}"]) == 1
    assert f"{port} is no port" in capsys.readouterr().err


def test_a_python_without_ensurepip_is_told_the_package(
    elsewhere: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(bootstrap, "_has", lambda _module: False)
    monkeypatch.setenv("PATH", "")

    assert bootstrap.main(["install"]) == 1
    assert "apt-get install python3-venv" in capsys.readouterr().err
    assert not elsewhere.exists()


def test_a_failed_download_says_how_to_do_without_a_network(
    elsewhere: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    stand_in(elsewhere, "raise SystemExit(1)")
    monkeypatch.setenv("PATH", "")

    assert bootstrap.main(["install"]) == 1
    assert "--wheelhouse DIR" in capsys.readouterr().err
    assert not (elsewhere / "dovetail.stamp").exists()


def test_a_missing_wheelhouse_is_named(elsewhere: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert bootstrap.main(["install", "--wheelhouse", "nowhere"]) == 1
    assert "There is no folder nowhere" in capsys.readouterr().err
    assert not elsewhere.exists()


@pytest.mark.usefixtures("elsewhere")
def test_an_environment_as_the_lock_says_is_left_alone(
    elsewhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand_in(elsewhere, "raise SystemExit(1)")
    (elsewhere / "bin" / "dovetail").touch()
    (elsewhere / "dovetail.stamp").write_text(bootstrap._stamp("dev"))
    monkeypatch.setenv("PATH", "")

    assert bootstrap.main(["install"]) == 0


@pytest.mark.parametrize("options", [["run", "--prot=1"], ["install", "more"], []])
def test_a_misspelt_option_is_refused(options: list[str]) -> None:
    with pytest.raises(SystemExit):
        bootstrap.main(options)


def test_the_script_needs_nothing_but_the_standard_library() -> None:
    answer = subprocess.run(
        [sys.executable, "-I", "-S", str(SCRIPT), "--help"], capture_output=True, text=True, check=True
    )

    assert "install | run | test" in answer.stdout


def test_bytecode_is_kept_from_the_start_also_beside_what_cannot_be_compiled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bootstrap, "PYTHON", sys.executable)
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    (tmp_path / "broken.py").write_text("print 'of old'")
    (tmp_path / "good.py").write_text("good = 1")

    bootstrap._compile([tmp_path])

    assert Path(cache_from_source(str(tmp_path / "good.py"))).exists()


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A place for the virtual environment that is not this clone's own."""
    venv = tmp_path / "venv"
    monkeypatch.setattr(bootstrap, "VENV", venv)
    monkeypatch.setattr(bootstrap, "PYTHON", venv / "bin" / "python")
    monkeypatch.setattr(bootstrap, "DOVETAIL", venv / "bin" / "dovetail")
    monkeypatch.setattr(bootstrap, "STAMP", venv / "dovetail.stamp")
    return venv


def stand_in(venv: Path, body: str) -> None:
    """A Python that starts, imports and, asked to install, does `body`."""
    python = venv / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(f"#!{sys.executable}\nimport sys\nif '-m' in sys.argv:\n    {body}\n")
    python.chmod(0o755)
