"""The messages: each a verb of ISA-95 part 5 and the noun it is about."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from addons.bridge.messages.noun import (
    ActionCode,
    EquipmentInformation,
    Lined,
    MaterialInformation,
    OperationsPerformance,
)
from addons.bridge.messages.reconciliation import GetReconciliation, ShowReconciliation


@dataclass(frozen=True, slots=True)
class SyncMaterialInformation(Lined):
    """Items as they are now, or lots and quantities that a receipt brought."""

    verb: ClassVar[str] = "Sync"
    noun: ClassVar[str] = "MaterialInformation"

    action: ActionCode
    information: MaterialInformation


@dataclass(frozen=True, slots=True)
class SyncEquipmentInformation(Lined):
    """Work centres as they are now."""

    verb: ClassVar[str] = "Sync"
    noun: ClassVar[str] = "EquipmentInformation"

    action: ActionCode
    information: EquipmentInformation


@dataclass(frozen=True, slots=True)
class ProcessOperationsPerformance(Lined):
    """A fact from the floor, which the receiver has to follow."""

    verb: ClassVar[str] = "Process"
    noun: ClassVar[str] = "OperationsPerformance"

    performance: OperationsPerformance


@dataclass(frozen=True, slots=True)
class ConfirmBOD(Lined):
    """What became of a message."""

    verb: ClassVar[str] = "Confirm"
    noun: ClassVar[str] = "BOD"

    message_id: str
    sent_at: datetime
    action: ActionCode
    reason: str | None = None


#: What is told, kept by the receiver and has an effect there.
Told = SyncMaterialInformation | SyncEquipmentInformation | ProcessOperationsPerformance | ConfirmBOD
#: A question is answered at once, and neither is kept.
Payload = Told | GetReconciliation | ShowReconciliation
#: Every message of B2MML by its name, such as SyncMaterialInformation.
MESSAGES: dict[str, type[Told]] = {
    kind.__name__: kind
    for kind in (SyncMaterialInformation, SyncEquipmentInformation, ProcessOperationsPerformance, ConfirmBOD)
}
#: Questions and answers by their names.
CONVERSATION: dict[str, type[Payload]] = {
    kind.__name__: kind for kind in (GetReconciliation, ShowReconciliation)
}
