"""How much a machine's running counter has counted between two of its readings."""

from __future__ import annotations


def counted(before: float | None, after: float, rollover_bits: int | None = None) -> float:
    """What was counted from `before` to `after`; the first reading is where counting begins.

    A counter that went back was set to zero, unless one of `rollover_bits` went over its end: that is believed as
    long as it means less than half its range.
    """
    if before is None:
        return 0
    if after >= before:
        return after - before
    if rollover_bits is not None:
        size = float(1 << rollover_bits)
        over = after + size - before
        if 0 <= over < size / 2:
            return over
    return max(after, 0)
