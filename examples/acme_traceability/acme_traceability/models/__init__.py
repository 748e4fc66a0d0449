"""What the addon keeps: uses of lots, recalls, and what it adds to each lot."""

from acme_traceability.models.lot import Standing, TracedLot
from acme_traceability.models.recall import Recall, RecallLine, RecallState, recall_workflow
from acme_traceability.models.role import quality_manager, recorder
from acme_traceability.models.use import LotUse

__all__ = [
    "LotUse",
    "Recall",
    "RecallLine",
    "RecallState",
    "Standing",
    "TracedLot",
    "quality_manager",
    "recall_workflow",
    "recorder",
]
