"""What every floor begins with: how known controls name their states, and a tree of reasons."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from addons.mes_equipment.models import (
    Answer,
    EquipmentState,
    Loss,
    Reason,
    ReasonUse,
    StateMap,
    StateMapLine,
)
from core import Env, Text, _, i18n
from core.base import seeding, settings
from core.base.seed import language

ADDON = "mes_equipment"

S = EquipmentState
#: A line: state of the control, mode, with an order, within a shift; None where it does not matter.
Line = tuple[str | None, str | None, Answer | None, Answer | None, EquipmentState]


def _lines(*rows: tuple[str | None, EquipmentState]) -> list[Line]:
    return [(raw, None, None, None, state) for raw, state in rows]


#: ISA-TR88.00.02 by name, since its numbers differ between editions. Held is a cause within, Suspended one without.
_PACKML: list[Line] = [
    (None, "Maintenance", None, None, S.PM),
    ("Idle", None, Answer.YES, None, S.IDLE),
    ("Idle", None, None, Answer.NO, S.OFF),
    ("Stopped", None, None, Answer.NO, S.OFF),
    ("Stopped", None, Answer.NO, None, S.IDLE),
    *_lines(
        ("Execute", S.RUN), ("Idle", S.IDLE), ("Starting", S.RUN), ("Completing", S.RUN), ("Complete", S.IDLE),
        ("Resetting", S.SETUP), ("Holding", S.DOWN), ("Held", S.DOWN), ("Unholding", S.DOWN),
        ("Suspending", S.STARVED), ("Suspended", S.STARVED), ("Unsuspending", S.STARVED), ("Stopping", S.DOWN),
        ("Stopped", S.DOWN), ("Aborting", S.DOWN), ("Aborted", S.DOWN), ("Clearing", S.DOWN),
    ),
]  # fmt: skip

#: MTConnect: Execution by ControllerMode.
_MTCONNECT: list[Line] = [
    ("UNAVAILABLE", None, None, None, S.UNKNOWN),
    ("ACTIVE", "MANUAL", None, None, S.SETUP),
    ("ACTIVE", "MANUAL_DATA_INPUT", None, None, S.SETUP),
    (None, "EDIT", None, None, S.SETUP),
    ("ACTIVE", None, None, None, S.RUN),
    ("READY", None, None, Answer.NO, S.OFF),
    ("STOPPED", None, None, Answer.NO, S.OFF),
    ("STOPPED", None, Answer.NO, None, S.IDLE),
    *_lines(
        ("READY", S.IDLE), ("WAIT", S.STARVED), ("PROGRAM_COMPLETED", S.IDLE), ("INTERRUPTED", S.DOWN),
        ("FEED_HOLD", S.DOWN), ("STOPPED", S.DOWN), ("OPTIONAL_STOP", S.DOWN), ("PROGRAM_STOPPED", S.DOWN),
    ),
]  # fmt: skip

#: SEMI E10: the six states, by code and by name.
_E10 = [
    line
    for code, name, state in (
        ("PRD", "Productive", S.RUN), ("SBY", "Standby", S.IDLE), ("ENG", "Engineering", S.ENG),
        ("SDT", "Scheduled Downtime", S.PM), ("UDT", "Unscheduled Downtime", S.DOWN),
        ("NST", "Non-Scheduled", S.OFF),
    )
    for line in _lines((code, state), (name, state))
]  # fmt: skip

#: OPC 40001-1: MachineryItemState by OperationMode, as its annex on SEMI E10 reads them.
_MACHINERY: list[Line] = [
    ("NotAvailable", None, None, None, S.UNKNOWN),
    (None, "Maintenance", None, None, S.PM),
    ("OutOfService", None, None, None, S.DOWN),
    ("Executing", "Setup", None, None, S.SETUP),
    ("NotExecuting", "Setup", None, None, S.SETUP),
    ("Executing", None, None, None, S.RUN),
    ("NotExecuting", None, None, Answer.NO, S.OFF),
    ("NotExecuting", None, None, None, S.IDLE),
]

_MAPS: dict[str, tuple[Text, list[Line]]] = {
    "PACKML": (_("PackML (ISA-TR88.00.02)"), _PACKML),
    "MTCONNECT": (_("MTConnect, execution and controller mode"), _MTCONNECT),
    "E10": (_("SEMI E10"), _E10),
    "OPC-40001": (_("OPC UA Machinery, item state and operation mode"), _MACHINERY),
}

_STOP, _REJECT, _MATERIAL = ReasonUse.STOP, ReasonUse.REJECT, ReasonUse.MATERIAL
#: Code, name, what it is given for, loss, what it is part of.
_REASONS: list[tuple[str, Text, ReasonUse, Loss, str]] = [
    ("TECH", _("Technical fault"), _STOP, Loss.BREAKDOWN, ""),
    ("TECH-MECH", _("Mechanical"), _STOP, Loss.BREAKDOWN, "TECH"),
    ("TECH-ELEC", _("Electrical"), _STOP, Loss.BREAKDOWN, "TECH"),
    ("TECH-CTRL", _("Control or program"), _STOP, Loss.BREAKDOWN, "TECH"),
    ("TECH-HYD", _("Hydraulics or pneumatics"), _STOP, Loss.BREAKDOWN, "TECH"),
    ("TECH-TOOL", _("Tool broken"), _STOP, Loss.BREAKDOWN, "TECH"),
    ("SET", _("Set-up"), _STOP, Loss.SETUP, ""),
    ("SET-TOOL", _("Tool change"), _STOP, Loss.SETUP, "SET"),
    ("SET-FIX", _("Fixture change"), _STOP, Loss.SETUP, "SET"),
    ("SET-ADJ", _("Adjusting and measuring"), _STOP, Loss.SETUP, "SET"),
    ("WAIT", _("Waiting time"), _STOP, Loss.MINOR_STOP, ""),
    ("WAIT-MAT", _("No material"), _STOP, Loss.MINOR_STOP, "WAIT"),
    ("WAIT-STAFF", _("No operator"), _STOP, Loss.MINOR_STOP, "WAIT"),
    ("WAIT-QUAL", _("Waiting for inspection"), _STOP, Loss.MINOR_STOP, "WAIT"),
    ("WAIT-NEXT", _("Next step is full"), _STOP, Loss.MINOR_STOP, "WAIT"),
    ("MINOR", _("Jam or chips"), _STOP, Loss.MINOR_STOP, ""),
    ("PLAN", _("Planned"), _STOP, Loss.PLANNED, ""),
    ("PLAN-PM", _("Planned maintenance"), _STOP, Loss.PLANNED, "PLAN"),
    ("PLAN-MEET", _("Meeting or training"), _STOP, Loss.PLANNED, "PLAN"),
    ("PLAN-CLEAN", _("Cleaning"), _STOP, Loss.PLANNED, "PLAN"),
    ("OTHER", _("Other"), _STOP, Loss.NONE, ""),
    ("REJ-DIM", _("Dimension out of tolerance"), _REJECT, Loss.DEFECT, ""),
    ("REJ-SURF", _("Surface"), _REJECT, Loss.DEFECT, ""),
    ("REJ-MAT", _("Material fault, porosity"), _REJECT, Loss.DEFECT, ""),
    ("REJ-HANDLE", _("Damaged in handling"), _REJECT, Loss.DEFECT, ""),
    ("REJ-START", _("Start-up and setting pieces"), _REJECT, Loss.STARTUP, ""),
    ("USE-WEAR", _("Worn out"), _MATERIAL, Loss.NONE, ""),
    ("USE-BROKEN", _("Broken"), _MATERIAL, Loss.NONE, ""),
    ("USE-SUPPLY", _("Consumed in operation"), _MATERIAL, Loss.NONE, ""),
]


def seed(env: Env) -> None:
    """Ship what is new, bring up to date what nobody edited; in the site's language."""
    with i18n.speaking(settings.value(env, language)):
        maps = {code: {"code": code, "name": str(name)} for code, (name, _rows) in _MAPS.items()}
        map_ids = seeding.ship(env, ADDON, StateMap, maps).ids
        seeding.ship(env, ADDON, StateMapLine, dict(_map_lines(map_ids)), by="id")
        coarse = seeding.ship(env, ADDON, Reason, dict(_reasons({}))).ids
        seeding.ship(env, ADDON, Reason, dict(_reasons(coarse)))


def _map_lines(map_ids: Mapping[str, int]) -> Iterator[tuple[str, seeding.Row]]:
    for code, (_name, rows) in _MAPS.items():
        for number, (raw, mode, has_order, in_calendar, state) in enumerate(rows, start=1):
            yield (
                f"{code}:{number}",
                {
                    "map_id": map_ids[code],
                    "position": number * 10,
                    "raw": raw,
                    "mode": mode,
                    "has_order": has_order,
                    "in_calendar": in_calendar,
                    "state": state,
                },
            )


def _reasons(coarse: Mapping[str, int]) -> Iterator[tuple[str, seeding.Row]]:
    """Those at the top or, once they are there (`coarse`), those below them."""
    for code, name, use, loss, parent in _REASONS:
        if bool(parent) == bool(coarse):
            row = {"code": code, "name": str(name), "use": use, "loss": loss}
            yield code, {**row, "parent_id": coarse[parent]} if parent else row
