"""The garbage collector while a process starts: what is imported and mapped stays, so that there is nothing to find."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager

#: How many new objects make it look; Python's own 700 made it a tenth of a large receipt.
_YOUNG = 20_000


@contextmanager
def paused() -> Iterator[None]:
    """Collect nothing within, and spare what was imported within from being gone through ever after.

    Who imports nothing, because it was done before, freezes nothing, since what would be frozen then is garbage as
    well. Afterwards it looks less often, too: the records of a large document all live as long as its transaction.
    """
    was_on, known = gc.isenabled(), len(sys.modules)
    gc.disable()
    try:
        yield
    finally:
        if len(sys.modules) > known:
            gc.freeze()
        gc.set_threshold(_YOUNG)
        if was_on:
            gc.enable()
