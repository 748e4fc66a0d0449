"""Who works with it."""

from core import Role, _
from core.base import employee

recorder = Role(
    "acme_traceability.recorder",
    _("Lot recorder"),
    implies=(employee,),
    help=_("Writes down which lot went into which."),
)
quality_manager = Role(
    "acme_traceability.quality_manager",
    _("Recall manager"),
    implies=(recorder,),
    help=_("Holds lots, releases them and calls them back."),
)
