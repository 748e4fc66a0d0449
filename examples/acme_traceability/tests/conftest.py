"""What every test has at hand, and lots to trace."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from core import Env
from core.base import Lot
from core.testing import Make

from acme_traceability.models import LotUse

pytest_plugins = ["core.testing.plugin"]

Use = Callable[[Lot, Lot], LotUse]


@pytest.fixture
def lot(make: Make) -> Callable[[str], Lot]:
    """`lot("A")`: a lot of that number."""
    return lambda number: make(Lot, number=number)


@pytest.fixture
def use(make: Make) -> Use:
    """`use(a, b)`: some of a went into b."""
    return lambda source, product: make(
        LotUse, source_id=source.id, product_id=product.id, quantity=Decimal(2)
    )


@pytest.fixture
def chain(env: Env, lot: Callable[[str], Lot], use: Use) -> dict[str, Lot]:
    """A casting went into a body, that into two valves; a seal into one of them alone."""
    lots = {number: lot(number) for number in ("CASTING", "BODY", "SEAL", "VALVE-1", "VALVE-2")}
    for source, product in (
        ("CASTING", "BODY"),
        ("BODY", "VALVE-1"),
        ("BODY", "VALVE-2"),
        ("SEAL", "VALVE-2"),
    ):
        use(lots[source], lots[product])
    return lots
