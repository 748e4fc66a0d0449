"""Whether the changes of a batch are those that were written: each by its mark, all of them by the digest."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from core.audit.finding import Problem, Tampering
from core.audit.stored import Found
from core.i18n import Text, _
from core.keyring import Keyring
from core.orm.tracking import Covered, digest, mark, redaction_mark, unsigned_digest

#: What erasures left of changes of before personal values were encrypted, by the change's id.
Redactions = Mapping[int, Found]

#: Records of a batch that a problem names.
_NAMED = 20


@dataclass
class _Seen:
    """What passed by while the rows of a batch were read."""

    keys: Keyring
    key: str | None
    redactions: Redactions
    count: int = 0
    records: dict[str, datetime] = field(default_factory=dict)
    redacted: int = 0
    #: Rows whose mark is not of the key.
    wrong: dict[str, datetime] = field(default_factory=dict)
    #: Rows on both sides of a leap of the ids, which are in turn where nothing was taken out.
    beside: dict[str, datetime] = field(default_factory=dict)

    def marks(self, rows: Iterable[Found]) -> Iterator[str]:
        """The marks as they are stored; rows that they do not fit are noted."""
        assert self.key is not None
        for row in self._counted(rows):
            if not self._is_redacted(row) and mark(self.keys, self.key, covered(row)) != row.mark:
                _note(self.wrong, row)
            yield str(row.mark)

    def unsigned(self, rows: Iterable[Found]) -> str:
        """The digest of rows without marks. Of redacted ones it is gone: each is held against its redaction instead."""
        if not self.redactions:
            return unsigned_digest(map(covered, self._counted(rows)))
        for row in self._counted(rows):
            if not self._is_redacted(row):
                _note(self.wrong, row)
        return ""

    def _is_redacted(self, row: Found) -> bool:
        """Whether an erasure left the row as it is."""
        found = self.redactions.get(row.id)
        if found is None or found.key not in self.keys:
            return False
        is_as_left = bool(redaction_mark(self.keys, found.key, covered(row), row.mark) == found.mark)
        self.redacted += is_as_left
        return is_as_left

    def _counted(self, rows: Iterable[Found]) -> Iterator[Found]:
        before: Found | None = None
        for row in rows:
            self.count += 1
            _note(self.records, row)
            if before is not None and row.id != before.id + 1:
                _note(self.beside, before)
                _note(self.beside, row)
            before = row
            yield row


def verified(
    keys: Keyring, batch: Found, rows: Iterable[Found], redactions: Redactions
) -> tuple[int, list[Problem]]:
    """Read the rows of a batch to their end; how many there were, and what is wrong with them."""
    seen = _Seen(keys, batch.key, redactions)
    if batch.key is not None and batch.key not in keys:
        count = sum(1 for _row in rows)
        return count, [unverifiable(batch, batch.key)]
    if batch.key is None:
        is_whole = seen.unsigned(rows) == ("" if redactions else batch.digest)
    else:
        is_whole = digest(keys, batch.key, seen.marks(rows)) == batch.digest
    return seen.count, list(_problems(batch, seen, is_whole=is_whole))


def unverifiable(batch: Found, key: str) -> Problem:
    text = _("It was signed with key {key}, which is not at hand: it was made elsewhere, or the key was removed.",
             key=key)  # fmt: skip
    return Problem(Tampering.UNVERIFIED, text, batch.seal_no, batch.at)


def _problems(batch: Found, seen: _Seen, *, is_whole: bool) -> Iterator[Problem]:
    extra = seen.count - batch.rows
    for record, at in seen.wrong.items():
        yield Problem(*_of_row(inserted=extra > 0), batch.seal_no, at, [record])
    if extra < 0:
        text = _("{count} of the {rows} changes of this write are missing.", count=-extra, rows=batch.rows)
        if seen.beside:
            text = _("{count} of the {rows} changes of this write are missing, between those named.",
                     count=-extra, rows=batch.rows)  # fmt: skip
        yield Problem(Tampering.DELETED, text, batch.seal_no, batch.at, list(seen.beside or seen.records))
    elif not is_whole and not seen.wrong:
        kind, text = _of_batch(inserted=extra > 0)
        yield Problem(kind, text, batch.seal_no, batch.at, list(seen.records))


def _of_row(*, inserted: bool) -> tuple[Tampering, Text]:
    if inserted:
        return Tampering.INSERTED, _("This change was inserted: the platform did not write it.")
    return Tampering.ALTERED, _("This change was altered after it was written.")


def _of_batch(*, inserted: bool) -> tuple[Tampering, Text]:
    if inserted:
        return Tampering.INSERTED, _("A change was inserted into this write.")
    return Tampering.ALTERED, _("The changes of this write, or their order, were altered.")


def _note(records: dict[str, datetime], row: Found) -> None:
    if len(records) < _NAMED:
        records.setdefault(f"{row.model} {row.record_id}", row.at)


def covered(row: Found) -> Covered:
    return (
        row.model, row.record_id, str(row.event), row.at.isoformat(), row.by_id, row.addon, row.why, row.old, row.new
    )  # fmt: skip
