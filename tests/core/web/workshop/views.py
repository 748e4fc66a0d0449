"""How repairs are shown."""

from decimal import Decimal

from core import (
    Board,
    Calendar,
    Env,
    FirstStep,
    Form,
    Group,
    Lines,
    List,
    Menu,
    MenuSection,
    Shown,
    Tab,
    View,
    _,
    fill,
    there_is,
    where,
)
from tests.core.web.workshop.models import Client, Grade, Repair, RepairLine, RepairState

section = MenuSection("workshop", _("Workshop"), order=90)

_fixed = where(Repair.state, "ne", RepairState.DRAFT)

repairs = View(
    Repair,
    docs="docs/workshop.html#repairs",
    list=List(
        Repair.code,
        Repair.client_id,
        Repair.due_on,
        Repair.state,
        Repair.total,
        due=Repair.due_on,
        sort=("code",),
        inline=(Repair.client_id, Repair.due_on, Repair.margin),
    ),
    form=Form(
        Group(
            "main",
            Repair.code,
            Shown(Repair.client_id, readonly=_fixed),
            Repair.begins_on,
            Shown(Repair.due_on, docs="docs/workshop.html#due"),
            Repair.checked_at,
            Repair.urgent,
            Shown(
                Repair.reason,
                visible=where(Repair.urgent, "eq", True),
                required=where(Repair.urgent, "eq", True),
            ),
            Repair.margin,
            Repair.hours,
            Repair.currency_id,
        ),
        Tab(
            "lines",
            _("Lines"),
            Lines(
                Repair.lines,
                RepairLine.position,
                RepairLine.text,
                RepairLine.quantity,
                RepairLine.unit_id,
                RepairLine.price,
                RepairLine.amount,
                totals=(Repair.total,),
                readonly=_fixed,
            ),
        ),
        Tab("notes", _("Notes"), Group("notes", Repair.note)),
        status=Repair.state,
        subtitle=Repair.client_id,
    ),
    calendar=Calendar(Repair.begins_on, Repair.due_on),
    board=Board(limits={RepairState.OFFERED: 2}),
    menu=Menu("workshop", _("Repairs"), order=10),
)

clients = View(
    Client,
    form=Form(
        Group("main", Client.name, Shown(Client.grade, readonly=where(Client.grade, "eq", Grade.BEST)))
    ),
    menu=Menu("workshop", _("Clients"), order=20),
)

first_steps = [
    FirstStep(
        "clients", _("Know the first client"), _("Somebody has to pay."), "/m/workshop.client", Client,
        there_is(Client), order=90,
    ),
]  # fmt: skip


@fill(RepairLine, on=(RepairLine.text,))
def propose_price(env: Env, line: RepairLine) -> None:
    """Every piece of work costs 7.50 until somebody says otherwise."""
    if line.price is None:
        line.price = Decimal("7.5")
