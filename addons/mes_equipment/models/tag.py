"""Tags and the edge nodes that send them: what is measured, where it comes from, and how it is kept."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy.orm import Mapped

from core import (
    Choice,
    Instant,
    LongText,
    Model,
    Name,
    OfCompany,
    Quantity,
    ValidationError,
    _,
    field,
    index,
    link,
    reference,
)
from core.base import Unit, WorkCenter


class Protocol(Choice):
    """How a tag's values come."""

    SPARKPLUG = "sparkplug", _("Sparkplug B")
    MQTT = "mqtt", _("MQTT with JSON")
    OPC_UA = "opc_ua", _("OPC UA")


class TagRole(Choice):
    """What a tag is for at its work centre."""

    VALUE = "value", _("Value")
    STATE = "state", _("State of the control")
    MODE = "mode", _("Mode of the control")
    GOOD = "good", _("Counter of good pieces")
    SCRAP = "scrap", _("Counter of scrap")
    ALARM = "alarm", _("Alarm")


class Retention(Choice):
    """How long every reading is kept; the summaries by minute and hour stay longer."""

    SHORT = "short", _("30 days")
    STANDARD = "standard", _("90 days")
    LONG = "long", _("10 years")

    @property
    def days(self) -> int:
        return {Retention.SHORT: 30, Retention.STANDARD: 90, Retention.LONG: 3650}[self]


#: Tags whose every reading counts: nothing of them is ever compressed.
WHOLE = frozenset(TagRole) - {TagRole.VALUE}


class EdgeNode(OfCompany, Model):
    """A computer on the floor that sends the values of machines, or a server that is asked for them."""

    __tablename__ = "mes_equipment_edge_node"
    singular = _("Edge node")
    plural = _("Edge nodes")

    path: Mapped[Name] = field(
        _("Path"),
        title=True,
        key=True,
        search=True,
        copy=False,
        help=_("With Sparkplug B its group and name."),
    )
    description: Mapped[LongText | None] = field(_("Description"), listed=False, track=True)
    online: Mapped[bool] = field(_("Online"), default=False, sort=True, readonly=True)
    epoch: Mapped[int] = field(
        _("Session"), default=0, readonly=True, help=_("The number of its birth and death (bdSeq).")
    )
    seen_at: Mapped[Instant | None] = field(_("Last seen"), sort=True, readonly=True)
    clock_off_ms: Mapped[int] = field(
        _("Clock off by, ms"), default=0, readonly=True, help=_("Positive where its clock runs behind.")
    )
    clock_wrong: Mapped[bool] = field(
        _("Clock wrong"), default=False, sort=True, readonly=True,
        help=_("It is off by more than two seconds: what it dates into the future is kept aside."),
    )  # fmt: skip

    __table_args__ = (index("company_id", "path", unique=True),)


class Tag(OfCompany, Model):
    """A value of a machine that is followed over time, found by its ISA-95 path."""

    __tablename__ = "mes_equipment_tag"
    singular = _("Tag")
    plural = _("Tags")

    path: Mapped[Name] = field(
        _("Path"), title=True, key=True, search=True, copy=False,
        help=_("Enterprise/Site/Area/Line/Cell/Tag, as ISA-95 has it."),
    )  # fmt: skip
    work_center_id: Mapped[int | None] = reference(WorkCenter, _("Work centre"), track=True, sort=True)
    work_center: Mapped[WorkCenter | None] = link(work_center_id)
    edge_node_id: Mapped[int | None] = reference(EdgeNode, _("Edge node"))
    edge_node: Mapped[EdgeNode | None] = link(edge_node_id)
    protocol: Mapped[Protocol] = field(_("Protocol"), default=Protocol.SPARKPLUG, sort=True, track=True)
    address: Mapped[Name] = field(
        _("Address"), search=True, track=True, copy=False,
        help=_("Group/node/device/metric, topic#member, or source/node id of an OPC UA server."),
    )  # fmt: skip
    role: Mapped[TagRole] = field(_("Role"), default=TagRole.VALUE, sort=True, track=True)
    unit_id: Mapped[int | None] = reference(Unit, _("Unit"))
    unit: Mapped[Unit | None] = link(unit_id)
    low: Mapped[Quantity | None] = field(_("Span from"), listed=False)
    high: Mapped[Quantity | None] = field(_("Span to"), listed=False)
    exception_deviation: Mapped[Quantity | None] = field(
        _("Deadband"), track=True, listed=False,
        help=_("A reading that differs by less from the last one kept is dropped. Empty keeps every one."),
    )  # fmt: skip
    compression_deviation: Mapped[Quantity | None] = field(
        _("Compression"), track=True, listed=False,
        help=_("How far the line between kept readings may be from those dropped. Empty keeps every one."),
    )  # fmt: skip
    longest_seconds: Mapped[int] = field(
        _("Keep one at least every, seconds"), default=600, track=True, listed=False
    )
    rollover_bits: Mapped[int | None] = field(
        _("Bits of the counter"),
        listed=False,
        help=_("Where the counter begins anew by itself: 16 after 65,535."),
    )
    retention: Mapped[Retention] = field(_("Every reading is kept"), default=Retention.STANDARD, track=True)
    active: Mapped[bool] = field(_("Active"), default=True, track=True)

    __table_args__ = (
        index("company_id", "path", unique=True),
        index("company_id", "protocol", "address", unique=True),
    )

    def check(self) -> None:
        problems = dict(self._problems())
        if problems:
            raise ValidationError(problems)

    def _problems(self) -> list[tuple[str, object]]:
        found: list[tuple[str, object]] = [
            (name, _("It cannot be less than zero."))
            for name in ("exception_deviation", "compression_deviation")
            if (getattr(self, name) or Decimal(0)) < 0
        ]
        if self.longest_seconds is not None and self.longest_seconds < 1:
            found.append(("longest_seconds", _("It must be greater than zero.")))
        if self.rollover_bits is not None and not 1 <= self.rollover_bits <= 64:  # noqa: PLR2004 -- of a register
            found.append(("rollover_bits", _("A counter has 1 to 64 bits.")))
        if self.low is not None and self.high is not None and self.low >= self.high:
            found.append(("high", _("It must be above the begin of the span.")))
        return found
