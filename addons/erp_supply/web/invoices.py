"""The page that takes over supplier invoices: files are tried first, then imported by a job."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, request

from addons.erp_supply.actions import invoicing, queueing
from addons.erp_supply.actions.invoicing import Result, Taken
from addons.erp_supply.models import PurchaseOrder
from core import Env, Text, ValidationError, _, enqueue, plural
from core.base import Currency
from core.web.parts import Counted, Crumb, Page
from core.web.request import env, go, reader
from core.web.templating import render
from core.web.urls import list_url, record_url

blueprint = Blueprint("invoices", __name__)

URL = "/supply/invoices"
#: So many files at once.
MOST_FILES = 200

_TONES = {Result.TAKEN_OVER: "", Result.KNOWN: "", Result.REFUSED: "bad"}


@dataclass(frozen=True)
class ShownLine:
    """A line as a person reads it."""

    number: str
    item: str
    description: str
    quantity: str
    amount: str


@dataclass(frozen=True)
class ShownFile:
    """What would become of a file, as a person reads it."""

    name: str
    tone: str
    said: Text
    number: str
    supplier: str
    tax: str
    total: str
    currency: str
    lines: Sequence[ShownLine]
    notes: Sequence[Text]
    order_url: str


@dataclass(frozen=True)
class InvoicePage:
    """What invoices.html.jinja shows."""

    step: str
    url: str = URL
    token: str = ""
    files: Sequence[ShownFile] = ()
    counts: Sequence[Counted] = ()
    ready: int = 0


@blueprint.get(URL)
def begin() -> Response:
    """Choose files."""
    invoicing.require_buyer(env())
    return _page(InvoicePage("file"))


@blueprint.post(URL)
def step() -> Response:
    """Try the files that were sent, or have those that were tried imported."""
    invoicing.require_buyer(env())
    if request.form.get("step") == "run":
        token = request.form.get("token", "")
        files = queueing.load(env(), token)
        title = plural("Import of {count} invoice", "Import of {count} invoices", len(files))
        job = enqueue(env(), queueing.TASK, title, {"token": token}, total=len(files))
        return go(f"/-/jobs/{job.id}", full=True)
    files = _sent()
    token = queueing.keep(env(), files)
    return _page(_preview(env(), token, invoicing.try_over(env(), files)))


def _page(invoices: InvoicePage) -> Response:
    crumbs = (
        Crumb(_("Supply")),
        Crumb(_("Purchase orders"), list_url(PurchaseOrder)),
        Crumb(_("Import invoices")),
    )
    return render(
        "erp_supply/invoices.html.jinja", Page(_("Import invoices"), crumbs=crumbs), invoices=invoices
    )


def _preview(at: Env, token: str, told: Sequence[Taken]) -> InvoicePage:
    count = {result: sum(taken.result is result for taken in told) for result in Result}
    return InvoicePage(
        "preview",
        token=token,
        files=[_shown(at, taken) for taken in told],
        counts=[
            Counted(label, reader().number(count[result]), _TONES[result] if count[result] else "")
            for result, label in queueing.SAID.items()
        ],
        ready=count[Result.TAKEN_OVER],
    )


def _shown(at: Env, taken: Taken) -> ShownFile:
    said, tone = queueing.SAID[taken.result], _TONES[taken.result]
    places = at.session.query(Currency.exponent).filter(Currency.code == taken.currency).scalar() or 2
    amount = reader().number
    is_read = taken.result is not Result.REFUSED
    return ShownFile(
        taken.file, tone, said, taken.number, taken.supplier,
        amount(taken.tax, places) if is_read else "", amount(taken.total, places) if is_read else "", taken.currency,
        [
            ShownLine(line.number, line.item, line.description,
                      f"{amount(line.quantity, _places(line.quantity))} {line.unit}", amount(line.amount, places))
            for line in taken.lines
        ],
        taken.notes,
        record_url(PurchaseOrder, taken.order_id) if taken.result is Result.KNOWN and taken.order_id else "",
    )  # fmt: skip


def _places(quantity: Any) -> int:  # Any: a Decimal, whose exponent may be a letter
    exponent = quantity.normalize().as_tuple().exponent
    return max(-exponent, 0) if isinstance(exponent, int) else 0


def _sent() -> queueing.Files:
    sent = [file for file in request.files.getlist("files") if file.filename]
    if not sent:
        raise ValidationError({"files": _("Choose at least one file.")})
    if len(sent) > MOST_FILES:
        raise ValidationError({"files": _("At most {count} files go at once.", count=MOST_FILES)})
    return [(Path(str(file.filename)).name, file.read()) for file in sent]
