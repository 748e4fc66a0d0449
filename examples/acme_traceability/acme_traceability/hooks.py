"""What the addon does when others do something."""

from collections.abc import Sequence

from core import Env, Model, UserError, _, hookimpl
from core.base import Item, Lot, Tracking
from sqlalchemy import or_, select

from acme_traceability.actions.holding import block
from acme_traceability.actions.tracing import Direction, links
from acme_traceability.models import LotUse, Standing, TracedLot
from acme_traceability.rules.genealogy import made_of_itself


@hookimpl
def records_created(env: Env, model: type[Model], ids: Sequence[int]) -> None:
    """Whatever wrote a use down, it must make sense, and what is made of a blocked lot is held.

    It is not refused: that it happened is a fact of the floor, which nobody undoes by not writing it down.
    """
    if model is LotUse:
        _refuse_circles(env, ids)
        _hold_products(env, ids)


@hookimpl
def records_changed(env: Env, model: type[Model], ids: Sequence[int], fields: frozenset[str]) -> None:
    """A corrected use is held to the same; an item whose lots are traced keeps its lots."""
    if model is LotUse and fields & {"source_id", "product_id"}:
        _refuse_circles(env, ids)
        _hold_products(env, ids)
    if model is Item and "tracking" in fields:
        _refuse_untracked(env, ids)


def _refuse_circles(env: Env, ids: Sequence[int]) -> None:
    with env.as_system() as system:
        asked = select(LotUse.source_id, LotUse.product_id).where(LotUse.id.in_(ids))
        uses = [(row[0], row[1]) for row in system.session.execute(asked)]
        onward = links(system, {made for _used, made in uses}, Direction.FORWARD)
        for used, made in made_of_itself(uses, [link.pair for link in onward]):
            raise UserError(
                _(
                    "{used} would be made of itself: {made} went into it already. Nothing has changed.",
                    used=system.get(Lot, used).label,
                    made=system.get(Lot, made).label,
                )
            )


def _hold_products(env: Env, ids: Sequence[int]) -> None:
    with env.as_system() as system:
        blocked = (
            select(LotUse.product_id, Lot.number)
            .join(Lot, Lot.id == LotUse.source_id)
            .join(TracedLot, TracedLot.id == Lot.id)
            .where(LotUse.id.in_(ids), TracedLot.standing != Standing.FREE)
        )
        causes = {row[0]: row[1] for row in system.session.execute(blocked)}
        for product in system.session.scalars(select(Lot).where(Lot.id.in_(causes))):
            if TracedLot.of(product).standing == Standing.FREE:
                reason = _("Made of {lot}, which is blocked", lot=causes[product.id])
                block([product], Standing.HELD, str(reason))


def _refuse_untracked(env: Env, ids: Sequence[int]) -> None:
    with env.as_system() as system:
        traced = (
            select(Item.code)
            .join(Lot, Lot.item_id == Item.id)
            .join(LotUse, or_(LotUse.source_id == Lot.id, LotUse.product_id == Lot.id))
            .where(Item.id.in_(ids), Item.tracking == Tracking.NONE)
        )
        code = system.session.scalar(traced.limit(1))
    if code is not None:
        raise UserError(
            _("Lots of {item} are traced, so that it keeps being tracked. Nothing has changed.", item=code)
        )
