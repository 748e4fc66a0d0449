"""Checking the audit trail: the chain, every change, and the heads that were kept outside the database."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import chain, islice
from pathlib import Path

from sqlalchemy import and_, exists, func, select

from core.audit import heads, signatures
from core.audit.chain import Head, head_of
from core.audit.contents import verified
from core.audit.finding import MOST, Problem, Report, Tampering
from core.audit.links import Links, unsigned
from core.audit.stored import (
    BATCHES,
    Found,
    batches,
    change_where,
    changes,
    changes_of,
    redactions_of,
    sealed_after,
    unsealed_after,
)
from core.i18n import Text, _
from core.orm.env import Env, Site, open_env
from core.orm.rowset import among

#: Told how many batches were looked at, and how many there are.
Progress = Callable[[int, int], None]


def check(site: Site, file: Path, progress: Progress = lambda _done, _total: None) -> Report:
    """Look at everything, against the heads in `file`; in pieces, so that memory is bounded and nobody waits."""
    looking = _Looking(site, progress)
    looking.at_strays()
    # What is sealed meanwhile is met again in the chain: so nothing is missed.
    looking.at_unsealed()
    looking.at_chain()
    looking.at_heads(file)
    looking.at_signatures()
    return looking.report


class _Looking:
    def __init__(self, site: Site, progress: Progress) -> None:
        self._site = site
        self._progress = progress
        self._total = 0
        #: What could not be verified is told once, where it begins.
        self._unverified: set[Text] = set()
        self.report = Report()

    def at_strays(self) -> None:
        """Changes that belong to no write, and writes that are there twice."""
        with open_env(self._site) as env:
            self._total = env._connection.scalar(select(func.count(batches.id))) or 0
            for row in change_where(env, ~exists().where(batches.id == changes.batch_id), MOST):
                text = _("Write {batch}, to which this change belongs, is missing.", batch=row.batch_id)
                self.report.add(
                    Problem(Tampering.DELETED, text, None, row.at, [f"{row.model} {row.record_id}"])
                )
            for copy in _copies(env):
                text = _("Write {batch} was inserted: it repeats another one.", batch=copy.id)
                self.report.add(Problem(Tampering.INSERTED, text, None, copy.at))

    def at_unsealed(self) -> None:
        """What no seal protects yet is signed all the same, and that it waits is no problem."""
        with open_env(self._site) as env:
            is_signed = env._connection.scalar(
                select(exists().where(and_(batches.seal_no.is_not(None), batches.key.is_not(None))))
            )
        last = 0
        while some := self._piece(unsealed_after, last):
            for batch, problems in some:
                self.report.unsealed += 1
                since = self.report.unsealed_since
                self.report.unsealed_since = batch.at if since is None else min(since, batch.at)
                self._add(([unsigned(batch)] if batch.key is None and is_signed else []), problems)
            last = some[-1][0].id

    def at_chain(self) -> None:
        """Every seal, and what it protects."""
        links, after = Links(self._site.keys), (0, 0)
        while some := self._piece(sealed_after, *after):
            for batch, problems in some:
                self.report.sealed += 1
                self.report.before_sealing += batch.key is None
                self._add(links.follow(batch), problems)
            after = (some[-1][0].seal_no, some[-1][0].id)
        self._add(links.end())

    def at_heads(self, file: Path) -> None:
        """Whether the chain holds every seal that was kept outside the database."""
        with open_env(self._site) as env:
            has_chain = head_of(env) is not None
        if not file.exists():
            if has_chain:
                text = _("{file} is missing, which holds the heads: whether the end was cut off, nobody can say.",
                         file=file)  # fmt: skip
                self.report.add(Problem(Tampering.UNVERIFIED, text))
            return
        lines = heads.read(file)
        kept = _Kept()
        while some := list(islice(lines, BATCHES)):
            with open_env(self._site) as env:
                self._add(kept.compare(env, some))
        self.report.heads = kept.count
        self._add(kept.end())

    def at_signatures(self) -> None:
        """Whether each is what the trail tells of it, and all are there."""
        last = 0
        while True:
            with open_env(self._site) as env:
                some = signatures.signatures_after(env, last)
                if not some:
                    self._add(signatures.missing(env, MOST))
                    return
                self._add(signatures.wrong(env, some))
            self.report.signatures += len(some)
            last = some[-1].id

    def _piece(self, read: Callable[..., Sequence[Found]], *after: int) -> list[tuple[Found, list[Problem]]]:
        """The batches that `read` gives, each with what is wrong with its changes."""
        with open_env(self._site) as env:
            some = read(env, *after)
            by_id, found = {batch.id: batch for batch in some}, {}
            redacted = redactions_of(env, sorted(by_id))
            for batch_id, rows in changes_of(env, sorted(by_id)):
                found[batch_id] = verified(self._site.keys, by_id[batch_id], rows, redacted.get(batch_id, {}))
        self.report.batches += len(some)
        self.report.redacted += sum(len(of_batch) for of_batch in redacted.values())
        self.report.changes += sum(count for count, _problems in found.values())
        self._progress(min(self.report.batches, self._total), self._total)
        return [
            (batch, found[batch.id][1] if batch.id in found else verified(self._site.keys, batch, (), {})[1])
            for batch in some
        ]

    def _add(self, *found: Iterator[Problem] | Sequence[Problem]) -> None:
        for problem in chain(*found):
            if problem.what not in self._unverified:
                self.report.add(problem)
            if problem.kind is Tampering.UNVERIFIED:
                self._unverified.add(problem.what)


class _Kept:
    """The heads that were kept outside, compared with the chain."""

    def __init__(self) -> None:
        self.count = 0
        self._end = 0
        #: The first and the last that the chain no longer reaches, and that it has otherwise.
        self._cut: tuple[Head, Head] | None = None
        self._other: tuple[Head, Head] | None = None

    def compare(self, env: Env, lines: Sequence[tuple[int, Head | None]]) -> Iterator[Problem]:
        nos = sorted({head.no for _line, head in lines if head is not None})
        asked = select(batches.seal_no, batches.seal).where(among(batches.seal_no, nos, env.dialect))
        seals = {row.seal_no: row.seal for row in env._connection.execute(asked)}
        head = head_of(env)
        self._end = head.no if head is not None else 0
        for number, kept in lines:
            if kept is None:
                text = _(
                    "Line {number} of the heads is no head: it is damaged, or was altered.", number=number
                )
                yield Problem(Tampering.ALTERED, text)
                continue
            self.count += 1
            if kept.no > self._end:
                self._cut = (self._cut[0] if self._cut else kept, kept)
            elif seals.get(kept.no, kept.seal) != kept.seal:  # a place that is missing is told by the chain
                self._other = (self._other[0] if self._other else kept, kept)

    def end(self) -> Iterator[Problem]:
        if self._cut is not None:
            text = _("The trail ends at place {end}, but place {last} was sealed: {count} writes were cut off.",
                     end=self._end, last=self._cut[1].no, count=self._cut[1].no - self._end)  # fmt: skip
            yield Problem(Tampering.CUT, text, self._end + 1, self._cut[0].at)
        if self._other is not None:
            text = _("From place {first} to place {last} the chain has other seals than were kept: it was made anew.",
                     first=self._other[0].no, last=self._other[1].no)  # fmt: skip
            yield Problem(Tampering.RECOMPUTED, text, self._other[0].no, self._other[0].at)


def _copies(env: Env) -> Sequence[Found]:
    """The last of writes whose signatures are the same: each has a moment of its own."""
    twice = (
        select(func.max(batches.id)).group_by(batches.digest).having(func.count(batches.id) > 1).limit(MOST)
    )
    return env._connection.execute(select(batches.id, batches.at).where(batches.id.in_(twice))).all()
