"""Processes that begin anew when custom fields change, and that do not when addons do."""

from __future__ import annotations

import sys
import urllib.request
from threading import Event, Thread

import pytest
from sqlalchemy import select

from core.cli import renewing
from core.cli.renewing import Renewal
from core.orm import installed
from core.orm.env import Site
from core.testing.process import apart, free_port
from tests.core.cli.test_working import SECONDS, eventually, started
from tests.core.custom import steps

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="a process cannot become another there")


def define(site: Site) -> None:
    """Somebody else adds a field."""
    apart(steps.define, site.engine.url.render_as_string(hide_password=False), "base.item", "colour", "text")


def set_revision(site: Site, revision: str) -> str:
    """What an upgrade of base does; gives the revision that it had."""
    base = installed.TABLE.c.name == "base"
    with site.engine.connect().execution_options(dovetail_write=True) as connection, connection.begin():
        before: str = connection.execute(select(installed.TABLE.c.revision).where(base)).scalar_one()
        connection.execute(installed.TABLE.update().where(base).values(revision=revision))
    return before


def status_of(address: str) -> int:
    with urllib.request.urlopen(address, timeout=SECONDS) as answer:  # noqa: S310 -- our own address
        status: int = answer.status
        return status


def test_a_server_begins_anew_in_the_same_process_and_lets_nobody_down(site: Site) -> None:
    port = free_port()
    address = f"http://127.0.0.1:{port}/-/sign-in"
    with started(site, "serve", "--no-worker", "--port", str(port)) as process:
        lines = process.stdout
        assert lines is not None
        assert address.removesuffix("-/sign-in") in lines.readline()
        begun_anew, said = Event(), []

        define(site)
        Thread(target=lambda: begun_anew.set() if lines.readline() else None, daemon=True).start()
        while not begun_anew.is_set():
            said.append(status_of(address))

        assert {*said, status_of(address)} == {200}
        assert process.poll() is None


def test_changed_fields_are_told_once_and_changed_addons_are_not(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(renewing, "_LOOK_SECONDS", 0.01)
    told = Event()
    renewal = Renewal(site, told.set)
    renewal.start()

    revision = set_revision(site, "another")
    assert not told.wait(0.2)
    set_revision(site, revision)
    define(site)

    eventually(lambda: renewal.is_due)
    renewal.stop()
    assert told.is_set()
