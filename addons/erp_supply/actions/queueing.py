"""Invoice files that wait to be taken over, and the job that does it with a result for each."""

from __future__ import annotations

import json
import secrets
from base64 import b64decode, b64encode
from pathlib import Path
from typing import TYPE_CHECKING, Any

from addons.erp_supply.actions import invoicing
from addons.erp_supply.actions.invoicing import Result, Taken
from addons.erp_supply.models import PurchaseOrder
from core import Env, NotFound, Text, _, model_name, task

if TYPE_CHECKING:
    from core import Run

TASK = "erp_supply.invoices"
SAID: dict[Result, Text] = {
    Result.TAKEN_OVER: _("New document"),
    Result.KNOWN: _("Already there"),
    Result.REFUSED: _("Refused"),
}

Files = list[tuple[str, bytes]]


@task(TASK)
def carry_out(run: Run, payload: dict[str, Any]) -> dict[str, Any]:  # Any: JSON
    """Take over each kept file in a transaction of its own; what is known already stays as it is."""
    with run.env(write=False) as at:
        files = load(at, str(payload["token"]))
    results = dict.fromkeys(Result, 0)
    for done, file in enumerate(files, start=1):
        with run.env() as at:
            taken = next(invoicing.take_over_each(at, [file]))
        run.log(
            said(taken), failed=taken.result is Result.REFUSED, model=model_name(PurchaseOrder),
            record_id=taken.order_id,
        )  # fmt: skip
        results[taken.result] += 1
        run.progress(done, len(files))
    run.save()
    return {str(result): count for result, count in results.items()}


def said(taken: Taken) -> str:
    """What became of a file, in a line."""
    told = str(_("{file}: {result}", file=taken.file, result=SAID[taken.result]))
    return " ".join([told + ".", *(str(note) for note in taken.notes)])


def keep(env: Env, files: Files) -> str:
    """Keep the files under a token that only this person can use; those that nobody imports are tidied up by a job."""
    token = secrets.token_urlsafe(24)
    path = _path(env, token)
    path.parent.mkdir(parents=True, exist_ok=True)
    kept = [{"name": name, "content": b64encode(content).decode()} for name, content in files]
    path.write_text(json.dumps(kept), encoding="utf-8")
    return token


def load(env: Env, token: str) -> Files:
    """The files kept under the token; raises NotFound when they are no longer there."""
    path = _path(env, token)
    if not path.is_file():
        raise NotFound(_("These files are no longer here. Send them again."))
    kept = json.loads(path.read_text(encoding="utf-8"))
    return [(file["name"], b64decode(file["content"])) for file in kept]


def _path(env: Env, token: str) -> Path:
    safe = "".join(sign for sign in token if sign.isalnum() or sign in "-_")
    return env.site.folder / "uploads" / "invoices" / f"{env.user_id or 0}-{safe}.json"
