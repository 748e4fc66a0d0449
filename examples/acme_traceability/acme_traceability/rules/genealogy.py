"""Lots as a graph: what can be reached from one, and what would be made of itself."""

from collections import defaultdict
from collections.abc import Iterable

#: From one lot to the next: used and made, or the other way round.
Pair = tuple[int, int]


def steps_from(start: int, pairs: Iterable[Pair]) -> dict[int, int]:
    """The lots that `pairs` lead to from `start`, with the fewest steps to each; to itself there are none."""
    onward: dict[int, list[int]] = defaultdict(list)
    for here, there in pairs:
        onward[here].append(there)
    steps = {start: 0}
    level = [start]
    while level:
        beyond = [there for here in level for there in onward[here] if there not in steps]
        steps |= {there: steps[here] + 1 for here in level for there in onward[here] if there not in steps}
        level = list(dict.fromkeys(beyond))
    return steps


def made_of_itself(uses: Iterable[Pair], pairs: Iterable[Pair]) -> list[Pair]:
    """Those of `uses` that close a circle: what they use can be reached from what they make along `pairs`."""
    known = list(pairs)
    return [(used, made) for used, made in uses if used in steps_from(made, known)]
