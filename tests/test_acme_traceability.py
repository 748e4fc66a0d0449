"""A whole third-party addon from its own wheel: installed, upgraded with data, purged, and strictly typed."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.installing import ROOT, Installed, wheel_of

NAME = "acme_traceability"
EXAMPLE = ROOT / "examples" / NAME
#: What its second version brought: every line that says so.
NEW = "affected"


def sources(folder: Path) -> Path:
    """A copy of the addon as it is."""
    ignored = shutil.ignore_patterns("__pycache__", ".*_cache", ".hypothesis")
    return Path(shutil.copytree(EXAMPLE, folder / NAME, ignore=ignored))


def earlier_sources(folder: Path) -> Path:
    """A copy of the addon as its first version was."""
    copy = sources(folder)
    (copy / NAME / "migrations" / "0002_affected.py").unlink()
    for path in [copy / "pyproject.toml", *copy.rglob("*.py")]:
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
        kept = [line.replace('"0.2.0"', '"0.1.0"') for line in lines if NEW not in line]
        path.write_text("".join(kept), encoding="utf-8")
    return copy


@pytest.mark.story
def test_a_strangers_addon_is_installed_upgraded_with_its_data_and_purged_without_a_trace(
    environment: Installed, tmp_path: Path
) -> None:
    def dovetail(*arguments: str) -> str:
        return environment.run("dovetail", "--site", str(tmp_path / "site"), *arguments)

    def looked(script: str) -> str:
        return environment.run("python", "-c", script, str(tmp_path / "site"))

    dovetail("init")
    before = looked(TRACES)
    environment.install(wheel_of(earlier_sources(tmp_path / "earlier"), tmp_path / "first"))
    dovetail("addons", "install", NAME, "--yes")
    looked(FILL)
    environment.install("--upgrade", wheel_of(sources(tmp_path / "now"), tmp_path / "second"))
    refused = environment.tried("dovetail", "--site", str(tmp_path / "site"), "hooks")
    plan = dovetail("upgrade", "--plan")
    dovetail("upgrade", "--yes")
    upgraded = looked(COUNTED)
    purged = dovetail("addons", "purge", NAME, "--yes")

    assert "dovetail upgrade brings it there" in refused.stderr
    assert f"Runs migration {NAME} 0002" in plan
    assert json.loads(upgraded) == {"RC-2026-0001": [3, ["A", "B", "C"]]}
    assert f"Drops table {NAME}_recall_line with 3 rows" in purged
    assert looked(TRACES) == before


@pytest.mark.story
def test_a_strangers_addon_is_strictly_typed_and_keeps_the_rules(
    environment: Installed, tmp_path: Path
) -> None:
    copy = sources(tmp_path)
    environment.install(copy)

    environment.checked(NAME, copy)


@pytest.mark.story
def test_a_strangers_addon_passes_its_own_tests(environment: Installed, tmp_path: Path) -> None:
    copy = sources(tmp_path)
    environment.install(copy)

    said = environment.run("python", "-m", "pytest", "-q", "-p", "no:cacheprovider", cwd=copy)

    assert "passed" in said


_OPEN = """
import json, sys
from datetime import UTC, datetime
from pathlib import Path
from sqlalchemy import inspect, select
from core import held, open_env
from core.app import open_site
from core.config import read
from core.testing import make

site = open_site(read(Path(sys.argv[1])))
"""

#: Every table as it is made, and every row that names the addon, but for the trail and the news, which tell for good.
TRACES = (
    _OPEN
    + """
from core.migrate.purge import KEPT
from core.testing import snapshot

rows = snapshot.contents(site.engine, but={*KEPT, "base_event"})
named = [row for table in rows.values() for row in table if "acme_traceability" in row]
print(json.dumps([snapshot.schema(site.engine), named], default=str))
"""
)

FILL = (
    _OPEN
    + """
from acme_traceability.actions.recalling import call_back
from acme_traceability.models import LotUse
from core.base import Company, Lot

with held(datetime(2026, 3, 1, tzinfo=UTC)), open_env(site, write=True) as env:
    a, b, c = (make(env, Lot, number=number) for number in "ABC")
    make(env, LotUse, source_id=a.id, product_id=b.id)
    make(env, LotUse, source_id=b.id, product_id=c.id)
    call_back.run(env, [a], reason="Porous")
"""
)

COUNTED = (
    _OPEN
    + """
from acme_traceability.models import Recall

with open_env(site) as env:
    print(json.dumps({
        recall.number: [recall.affected, [line.lot.number for line in recall.lines]]
        for recall in env.session.scalars(select(Recall))
    }))
"""
)
