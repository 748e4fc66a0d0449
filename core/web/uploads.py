"""Files that a person sent and that wait for the next step: kept beside the database for a day, for them alone."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, BinaryIO

from werkzeug.datastructures import FileStorage

from core.base.actions.importing import Report
from core.errors import NotFound, ValidationError
from core.formats.sniff import check_upload
from core.formats.tabular import Sheet, read
from core.i18n import _
from core.orm.env import Principal

TABLES = frozenset({"csv", "text", "xlsx", "ods"})
#: First values of a column that a page shows.
SAMPLES = 3


@dataclass(frozen=True)
class Upload:
    """A table that was sent: what is in it, and what the person chose so far."""

    token: str
    name: str
    model: str
    columns: Sequence[str]
    samples: Sequence[Sequence[str]]
    rows: int
    mapping: Mapping[str, str] = field(default_factory=dict)
    by_key: bool = False


class Uploads:
    """The waiting files of one person in one company: nobody else's token finds them."""

    def __init__(self, site_folder: Path, who: Principal) -> None:
        self._folder = site_folder / "uploads"
        self._owner = f"{who.user_id}-{who.company_id}"

    def take(self, sent: FileStorage | None, model: str) -> Upload:
        """Keep a file, read through once, so that what is wrong with its format is told before anything else."""
        if sent is None or not sent.filename:
            raise ValidationError({"file": _("Choose a file first.")})
        name = Path(sent.filename).name
        source: BinaryIO = sent.stream  # type: ignore[assignment]  # a seekable binary stream
        check_upload(source, name, TABLES)
        source.seek(0)
        with read(source, name) as sheet:
            samples: list[list[str]] = [[] for _column in sheet.columns]
            rows = 0
            for row in sheet.rows:
                rows += 1
                for found, value in zip(samples, row.values, strict=False):
                    if value is not None and len(found) < SAMPLES:
                        found.append(str(value)[:60])
            columns = sheet.columns
        if not rows:
            raise ValidationError({"file": _("{name} has headings, but no rows below them.", name=name)})
        upload = Upload(secrets.token_urlsafe(24), name, model, columns, samples, rows)
        self._folder.mkdir(parents=True, exist_ok=True)
        source.seek(0)
        sent.save(self._path(upload.token))
        return self.keep(upload)

    def keep(self, upload: Upload, **changes: Any) -> Upload:  # Any: fields of an upload
        """Keep what the person chose; what was found with another choice is forgotten."""
        upload = replace(upload, **changes)
        self._path(upload.token, ".json").write_text(json.dumps(asdict(upload)))
        self._path(upload.token, ".report").unlink(missing_ok=True)
        return upload

    def find(self, token: str, model: str) -> Upload:
        """The upload of that token; raises NotFound, as for one that somebody else sent."""
        path = self._path(token, ".json")
        if not path.is_file():
            raise _gone()
        kept: Mapping[str, Any] = json.loads(path.read_text())  # Any: JSON
        if kept["model"] != model:
            raise _gone()
        return Upload(**kept)

    @contextmanager
    def sheet(self, upload: Upload) -> Iterator[Sheet]:
        """The table of the file, to be read while the block lasts."""
        path = self._path(upload.token)
        if not path.is_file():
            raise _gone()
        with path.open("rb") as file, read(file, upload.name) as sheet:
            yield sheet

    def keep_report(self, upload: Upload, report: Report) -> None:
        """Keep what a dry run found."""
        self._path(upload.token, ".report").write_text(json.dumps(report.to_json()))

    def report(self, upload: Upload) -> Report | None:
        """What the last dry run found; None when there was none since the last choice."""
        path = self._path(upload.token, ".report")
        return Report.from_json(json.loads(path.read_text())) if path.is_file() else None

    def forget(self, upload: Upload) -> None:
        """Remove a file that is done with."""
        for suffix in ("", ".json", ".report"):
            self._path(upload.token, suffix).unlink(missing_ok=True)

    def _path(self, token: str, suffix: str = "") -> Path:
        if not token.replace("-", "").replace("_", "").isalnum():
            raise _gone()
        return self._folder / f"{self._owner}-{token}{suffix}"


def _gone() -> NotFound:
    return NotFound(_("This file is not waiting any more. Send it again."))
