"""A site with a company and a file on its record, to be backed up."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest

from core.app import create_site, open_site
from core.base import Attachment, Company, content
from core.config import Settings, write
from core.orm.env import open_env
from core.testing.databases import Databases
from core.testing.making import make

NOTE = b"Torque 12 Nm"


@pytest.fixture
def settings(database_kind: str, fresh_databases: Databases, tmp_path: Path) -> Settings:
    """A site of base in a folder of its own."""

    def prepare(url: str) -> None:
        create_site(Settings(tmp_path / "made", database=url)).engine.dispose()

    url = fresh_databases.cloned(database_kind, "backup.base", prepare)
    made = Settings(tmp_path / "site", database=url)
    write(made)
    return made


@pytest.fixture
def digest(settings: Settings) -> str:
    """The digest of what is attached to the site's company."""
    site = open_site(settings)
    with open_env(site, write=True) as env:
        company = make(env, Company, code="KH", name="Kestrel Hydraulics")
        kept = content.keep(env, BytesIO(NOTE))
        env.add(Attachment(model="base.company", record_id=company.id, name="note.txt", digest=kept,
                           size_bytes=len(NOTE), media_type="text/plain", company_id=company.id))  # fmt: skip
    site.engine.dispose()
    return kept


@pytest.fixture
def empty(settings: Settings, database_kind: str, fresh_databases: Databases, tmp_path: Path) -> Settings:
    """Where a back-up of the site can be restored."""
    return replace(settings, folder=tmp_path / "restored", database=fresh_databases.fresh(database_kind))
