"""Following the chain seal by seal: whether each is of a key that is at hand and binds the one before."""

from __future__ import annotations

from collections.abc import Iterator

from core.audit.chain import seal_of
from core.audit.contents import unverifiable
from core.audit.finding import Problem, Tampering
from core.audit.stored import Found
from core.i18n import _
from core.keyring import Keyring


class Links:
    """The batches of a chain, told one after the other."""

    def __init__(self, keys: Keyring) -> None:
        self._keys = keys
        self._last: Found | None = None
        self._is_signed = False
        #: The first and the last of those in a row whose seals do not fit.
        self._unfit: tuple[Found, Found] | None = None

    def follow(self, batch: Found) -> Iterator[Problem]:
        """Tell the next one; gives what is wrong so far."""
        yield from self._place(batch)
        if batch.key is None and self._is_signed:
            yield unsigned(batch)
        yield from self._sealed(batch)
        self._is_signed |= batch.key is not None
        self._last = batch

    def end(self) -> Iterator[Problem]:
        """What is known to be wrong once no seal follows."""
        if self._unfit is None:
            return
        first, last = self._unfit
        self._unfit = None
        if first is last:
            text = _("This write, or its seal, was altered after it was sealed.")
            yield Problem(Tampering.ALTERED, text, first.seal_no, first.at)
            return
        text = _("The seals from here to place {last} are not of the key: altered, or computed anew without it.",
                 last=last.seal_no)  # fmt: skip
        yield Problem(Tampering.RECOMPUTED, text, first.seal_no, first.at)

    def _place(self, batch: Found) -> Iterator[Problem]:
        before = self._last.seal_no if self._last is not None else 0
        if batch.seal_no == before:
            yield Problem(Tampering.INSERTED, _("Two writes have this place."), batch.seal_no, batch.at)
        elif batch.seal_no > before + 1:
            text = _("The {count} writes from here to place {last} are missing.",
                     count=batch.seal_no - before - 1, last=batch.seal_no - 1)  # fmt: skip
            yield Problem(
                Tampering.DELETED, text, before + 1, self._last.sealed_at if self._last is not None else None
            )

    def _sealed(self, batch: Found) -> Iterator[Problem]:
        if batch.seal_key not in self._keys:
            yield unverifiable(batch, batch.seal_key)
        elif self._fits(batch):
            yield from self.end()
        else:
            self._unfit = (self._unfit[0] if self._unfit else batch, batch)

    def _fits(self, batch: Found) -> bool:
        """Whether the seal binds the one before; of one that is missing nobody can say, and its place is told."""
        last = self._last
        if batch.seal_no != (last.seal_no if last is not None else 0) + 1:
            return True
        wanted = seal_of(
            self._keys,
            batch.seal_key,
            batch.seal_no,
            last.seal if last is not None else "",
            batch,
            batch.sealed_at,
        )
        return bool(wanted == batch.seal)


def unsigned(batch: Found) -> Problem:
    text = _("This write was inserted: it has no signature, though the platform has signed since before.")
    return Problem(Tampering.INSERTED, text, batch.seal_no, batch.at)
