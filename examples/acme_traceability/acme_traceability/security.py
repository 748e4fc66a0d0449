"""Who may do what."""

from core import Grant, Right
from core.base import Item, Lot, auditor, employee

from acme_traceability.models import LotUse, Recall, quality_manager, recorder

grants = [
    Grant(employee, (LotUse, Recall), "read"),
    Grant(employee, (Lot, Item), "read"),
    Grant(recorder, LotUse, "read create write"),
    Grant(recorder, Lot, "read create write"),
    Grant(quality_manager, LotUse, "read create write delete"),
    # Nobody makes a recall by hand: calling a lot back makes it, whole.
    Grant(quality_manager, Recall, "read write"),
    Grant(auditor, (LotUse, Recall), "read"),
]

#: Holding and calling back write the addon's fields of lots, whatever the person may write of a lot.
rights = [Right(Lot, "write")]
