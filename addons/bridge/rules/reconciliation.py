"""What two sides have, compared: totals first, then the facts of what is not the same."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from hashlib import sha256

from addons.bridge.messages.reconciliation import Fact, Flow, Held, Total
from addons.bridge.messages.text import written

#: Before every other instant: what is now and has no moment of its own.
_EVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Compared:
    """A total of a flow and unit on both sides."""

    flow: Flow
    unit: str
    erp: Total | None
    mes: Total | None

    @property
    def differs(self) -> bool:
        return digest_of(self.erp) != digest_of(self.mes)


@dataclass(frozen=True, slots=True)
class Difference:
    """A thing that one side has not, or has otherwise, and where its message stays if one does."""

    flow: Flow
    key: str
    erp: Fact | None
    mes: Fact | None
    held: Held | None = None

    @property
    def is_told_by_mes(self) -> bool:
        return self.flow is Flow.USES

    @property
    def fact(self) -> Fact:
        """As one of the sides has it, the ERP first."""
        found = self.erp or self.mes
        assert found is not None
        return found


def totals(facts: Iterable[Fact]) -> tuple[Total, ...]:
    """One total for each flow and unit."""
    grouped: dict[tuple[Flow, str], list[Fact]] = {}
    for fact in facts:
        grouped.setdefault((fact.flow, fact.unit or ""), []).append(fact)
    return tuple(_total(flow, unit, grouped[flow, unit]) for flow, unit in sorted(grouped))


def compared(erp: Iterable[Total], mes: Iterable[Total]) -> list[Compared]:
    """The totals side by side, in the order of the flows."""
    sides = [{(total.flow, total.unit or ""): total for total in side} for side in (erp, mes)]
    order = list(Flow)
    keys = sorted({*sides[0], *sides[1]}, key=lambda key: (order.index(key[0]), key[1]))
    return [Compared(flow, unit, *(side.get((flow, unit)) for side in sides)) for flow, unit in keys]


def differences(erp: Iterable[Fact], mes: Iterable[Fact], held: Sequence[Held] = ()) -> Iterator[Difference]:
    """Every key that one side has not, or has otherwise."""
    ours, theirs = _by_key(erp), _by_key(mes)
    stays = {each.message_id: each for each in held}
    for flow, key in dict.fromkeys((*ours, *theirs)):
        one, other = ours.get((flow, key)), theirs.get((flow, key))
        if one is None or other is None or _said(one) != _said(other):
            named = (fact.message_id for fact in (one, other) if fact is not None)
            yield Difference(
                flow, key, one, other, next((stays[name] for name in named if name and name in stays), None)
            )


def digest_of(total: Total | None) -> str:
    return total.digest if total is not None else ""


def _total(flow: Flow, unit: str, facts: Sequence[Fact]) -> Total:
    last = max(facts, key=lambda fact: (fact.at or _EVER, fact.key))
    amounts = [fact.quantity for fact in facts if fact.quantity is not None]
    said = "\n".join(sorted(f"{fact.key}\t{_said(fact)}" for fact in facts))
    return Total(
        flow, len(facts), sha256(said.encode()).hexdigest(), unit or None,
        sum(amounts, Decimal(0)) if amounts else None, last.key, last.at,
    )  # fmt: skip


def _said(fact: Fact) -> str:
    """What must be the same on both sides."""
    return f"{fact.what}\t{'' if fact.quantity is None else written(fact.quantity)}\t{fact.unit or ''}"


def _by_key(facts: Iterable[Fact]) -> Mapping[tuple[Flow, str], Fact]:
    return {(fact.flow, fact.key): fact for fact in facts}
