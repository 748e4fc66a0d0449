"""What the example's buyers write to suppliers, and that they may."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select

from addons.erp_supply.models import PurchaseOrder
from core import Env, _, bulk, i18n, model_name
from core.base import MailTemplate, User, UserRole, correspondent

_WRITERS = ("maren", "ruth", "tove")


def templates(env: Env, companies: Mapping[str, int]) -> None:
    """An order, and a reminder of one that is late; who buys may send them."""
    users = env.session.scalars(select(User.id).where(User.login.in_(_WRITERS)))
    bulk.create(env, UserRole, [{"user_id": user, "role": correspondent.name} for user in users])
    about = {"company_id": companies["KH"], "model": model_name(PurchaseOrder), "language": i18n.locale()}
    bulk.create(env, MailTemplate, [
        {
            **about, "name": str(_("Order")), "subject": str(_("Our order {number}")),
            "body": str(_("Dear all,\n\nplease confirm our order {number} of {ordered_on} over {total}, and the day "
                          "of delivery.\n\nKind regards\n{user.name}\n{company.name}")),
        },
        {
            **about, "name": str(_("Reminder")), "subject": str(_("Order {number}: when does it come?")),
            "body": str(_("Dear all,\n\nyou promised order {number} for {promised_on}, and not all of it has come. "
                          "When may we expect the rest?\n\nKind regards\n{user.name}\n{company.name}")),
        },
    ])  # fmt: skip
