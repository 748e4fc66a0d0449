"""How far a source's clock is from ours, and which of its instants cannot be."""

from __future__ import annotations

from collections import deque
from statistics import median

WINDOW_US = 300 * 1_000_000
_SPACING_US = 1_000_000
#: Up to here a difference is a clock that runs a little off; beyond it the clock is wrong, and people are told.
WRONG_US = 2_000_000
#: The future that is let pass, the difference of the clocks taken off.
FUTURE_US = 1_000_000


class Skew:
    """The median of arrival less capture over five minutes, at most one sample a second."""

    def __init__(self) -> None:
        self._samples: deque[tuple[int, int]] = deque()
        self.estimate: int | None = None

    def saw(self, captured: int, arrived: int) -> None:
        """Take note of a live reading; both in microseconds."""
        samples = self._samples
        if samples and arrived - samples[-1][0] < _SPACING_US:
            return
        samples.append((arrived, arrived - captured))
        while samples[0][0] <= arrived - WINDOW_US:
            samples.popleft()
        self.estimate = int(median(difference for _at, difference in samples))

    @property
    def is_wrong(self) -> bool:
        return self.estimate is not None and abs(self.estimate) > WRONG_US

    def latest_believed(self, now: int) -> int:
        """The last instant that is believed of a reading that comes now, even of a clock that runs a little ahead.

        A wrong clock is not followed: it would carry its values into any year.
        """
        ahead = 0 if self.is_wrong or self.estimate is None else -self.estimate
        return now + ahead + FUTURE_US
