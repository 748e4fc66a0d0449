"""What a reconciliation says, in the reader's language."""

from __future__ import annotations

from addons.bridge.messages.reconciliation import Flow, Stop
from core import Text, _

FLOWS: dict[Flow, Text] = {
    Flow.ITEMS: _("Items"), Flow.PLACES: _("Work centres"), Flow.RECEIPTS: _("Receipts"),
    Flow.USES: _("Material used at machines"),
}  # fmt: skip
STOPS: dict[Stop, Text] = {
    Stop.LEAVING: _("Waiting to leave"), Stop.UNDELIVERED: _("Not delivered"),
    Stop.QUEUED: _("Wait for an earlier one"), Stop.PARKED: _("Parked"), Stop.QUARANTINED: _("Quarantined"),
}  # fmt: skip
