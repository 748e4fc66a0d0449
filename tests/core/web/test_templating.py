"""Templates are compiled once for a site, and a folder that does not take them costs no page."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest
from flask import Flask
from jinja2.environment import Environment

from core.web import templating
from core.web.templating import Compiled


def _templates(folder: Path) -> Environment:
    app = Flask("sample", static_folder=None)
    templating.install(app, [], folder)
    made: Environment = app.extensions["dovetail.jinja"]
    return made


def test_a_second_start_does_not_compile_what_the_first_one_compiled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _templates(tmp_path).get_template("plain.html.jinja")
    again = _templates(tmp_path)
    monkeypatch.setattr(again, "compile", lambda *_source, **_more: pytest.fail("compiled again"))

    assert again.get_template("plain.html.jinja").name == "plain.html.jinja"


def test_what_is_compiled_is_for_the_owner_of_the_site_alone(tmp_path: Path) -> None:
    _templates(tmp_path)

    assert (tmp_path / "cache" / "templates").stat().st_mode & 0o077 == 0


def test_a_full_disk_costs_no_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_self: object, _bucket: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Compiled.__base__, "dump_bytecode", full)

    assert _templates(tmp_path).get_template("plain.html.jinja").name == "plain.html.jinja"


def test_a_site_whose_folder_takes_no_files_compiles_at_each_start(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("in the way")

    made = _templates(tmp_path)

    assert made.bytecode_cache is None
    assert made.get_template("plain.html.jinja").name == "plain.html.jinja"
