"""Blocking lots, and letting them go."""

from collections.abc import Sequence
from typing import Annotated

from core import Ask, Env, _, action, where
from core.base import Lot

from acme_traceability.models import Standing, TracedLot, quality_manager


@action(
    _("Hold"),
    on=Lot,
    roles=[quality_manager],
    when=where(TracedLot.standing, "eq", Standing.FREE),
    icon="lock",
)
def hold(env: Env, lots: Sequence[Lot], *, reason: Annotated[str, Ask(_("Why"))]) -> None:
    """Nobody may use the lots until they are released; what is made of them nevertheless is held as well."""
    block(lots, Standing.HELD, reason)


@action(
    _("Release"),
    on=Lot,
    roles=[quality_manager],
    when=where(TracedLot.standing, "eq", Standing.HELD),
    icon="lock-open",
)
def release(env: Env, lots: Sequence[Lot]) -> None:
    """The lots may be used again."""
    for lot in lots:
        traced = TracedLot.of(lot)
        traced.standing, traced.reason = Standing.FREE, None


def block(lots: Sequence[Lot], standing: Standing, reason: str) -> None:
    """Give the lots a standing in which they may not be used."""
    for lot in lots:
        traced = TracedLot.of(lot)
        traced.standing, traced.reason = standing, reason
