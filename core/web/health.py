"""Whether the process lives, and whether it can do its work: for proxies, orchestrators and the person on call."""

from __future__ import annotations

import logging

from flask import Blueprint, Response, jsonify
from sqlalchemy import Connection, func, select
from sqlalchemy.exc import SQLAlchemyError

from core import clock
from core.jobs.job import Job, JobState
from core.migrate import history
from core.orm import installed
from core.orm.env import open_env
from core.web.request import Unguarded, site

blueprint: Blueprint = Unguarded("health", __name__)
log = logging.getLogger("dovetail.web")


@blueprint.get("/healthz")
def healthz() -> Response:
    """That the process answers; it asks nothing of the database, so that a slow one does not restart the web."""
    return Response("ok\n", mimetype="text/plain")


@blueprint.get("/readyz")
def readyz() -> Response:
    """Whether requests can be sent here: 200 or 503, with each check, and what waits for a worker as a note."""
    checks: dict[str, bool] = {"database": False, "addons": False, "migrations": False}
    notes: dict[str, object] = {}
    try:
        with site().engine.connect() as connection:
            checks["database"] = True
            checks["addons"] = _same_addons(connection)
            checks["migrations"] = _up_to_date(connection)
        notes["oldest_waiting_job_seconds"] = _waiting_seconds()
    except SQLAlchemyError as error:
        log.warning("not ready: %s", type(error).__name__)
    ready = all(checks.values())
    answer = jsonify({"ready": ready, "checks": checks, "notes": notes})
    answer.status_code = 200 if ready else 503
    return answer


def _same_addons(connection: Connection) -> bool:
    """Whether this process may write: it loaded what the database holds."""
    loaded = site().loaded
    return loaded is None or installed.loaded_set(connection) == loaded


def _up_to_date(connection: Connection) -> bool:
    known = installed.records(connection)
    return all(p.name in known and history.head(p) == known[p.name].revision for p in site().packages)


def _waiting_seconds() -> int:
    """How long the first waiting job waits: when it grows, no worker is alive."""
    with open_env(site()) as env:
        first = env.session.scalar(select(func.min(Job.created_at)).where(Job.state == JobState.QUEUED))
    return 0 if first is None else round((clock.now() - first).total_seconds())
