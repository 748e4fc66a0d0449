"""Figures for Prometheus: requests by addon and route, statements, hooks, jobs, streams; for who may see them."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from time import perf_counter

import prometheus_client as prometheus
from flask import Flask, Response, abort, current_app, g, request
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector
from sqlalchemy import Table, event, func, select

from core import plugins
from core.addon import owner_of
from core.jobs.job import Job
from core.orm.env import Site, open_env
from core.orm.model import Base
from core.security.watching import may_see_metrics
from core.web.request import Unguarded, route, site, web

#: Gunicorn's processes add up their figures in this folder.
_SEVERAL = "PROMETHEUS_MULTIPROC_DIR"

blueprint = Unguarded("metrics", __name__)
registry = prometheus.CollectorRegistry()

_seconds = prometheus.Histogram(
    "dovetail_request_seconds", "Duration of requests.", ("addon", "route", "status"), registry=registry,
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10),
)  # fmt: skip
_statements = prometheus.Histogram(
    "dovetail_request_statements", "Statements sent to the database by a request.", ("addon", "route"),
    registry=registry, buckets=(1, 2, 4, 6, 10, 20, 50, 100),
)  # fmt: skip
_hooks = prometheus.Summary(
    "dovetail_hook_seconds", "Calls of an addon's hooks.", ("hook", "addon"), registry=registry
)
streams = prometheus.Gauge(
    "dovetail_stream_subscribers", "Open event streams of this process.", registry=registry,
    multiprocess_mode="livesum",
)  # fmt: skip

_sent = threading.local()


def install(app: Flask, measured: Site) -> None:
    """Measure the requests of `app` and what they send to the database."""
    event.listen(measured.engine, "before_cursor_execute", _count)
    plugins.observe = _note_hook
    app.before_request(_begin)
    app.after_request(_finish)


@blueprint.get("/metrics")
def metrics() -> Response:
    """Everything there is, in Prometheus's text format."""
    if not _may_see():
        abort(404)
    chosen = registry
    if os.environ.get(_SEVERAL):
        chosen = prometheus.CollectorRegistry()
        MultiProcessCollector(chosen)  # type: ignore[no-untyped-call]  # prometheus_client's
    text = prometheus.generate_latest(chosen) + prometheus.generate_latest(_Kept(site()))
    return Response(text, content_type=prometheus.CONTENT_TYPE_LATEST)


def _may_see() -> bool:
    headers = {name.lower(): value for name, value in request.headers.items()}
    return may_see_metrics(web().settings.metrics_token, request.remote_addr or "", headers)


class _Kept(Collector):
    """What the database knows, asked when it is asked for: it is the same for all processes."""

    def __init__(self, asked: Site) -> None:
        self._site = asked

    def collect(self) -> Iterator[GaugeMetricFamily]:
        with open_env(self._site) as env:
            jobs = GaugeMetricFamily("dovetail_jobs", "Jobs by task and state.", labels=("task", "state"))
            asked = select(Job.task, Job.state, func.count()).group_by(Job.task, Job.state)
            for task, state, count in env.session.execute(asked):
                jobs.add_metric((task, str(state)), count)
            yield jobs
            for name, table in _outgoing():
                depth = env.session.scalar(select(func.count()).select_from(table)) or 0
                yield GaugeMetricFamily(f"dovetail_{name}_rows", f"Rows of the {name}.", value=depth)


def _outgoing() -> Iterator[tuple[str, Table]]:
    """Outbox and inbox, where the site has them."""
    for name in ("outbox", "inbox"):
        table = Base.metadata.tables.get(f"base_{name}")
        if table is not None:
            yield name, table


def _begin() -> None:
    g.began = perf_counter()
    g.sent_before = getattr(_sent, "count", 0)


def _finish(response: Response) -> Response:
    addon, route = where()
    _seconds.labels(addon, route, response.status_code).observe(perf_counter() - g.began)
    _statements.labels(addon, route).observe(getattr(_sent, "count", 0) - g.sent_before)
    return response


def where() -> tuple[str, str]:
    """The addon whose page or record is asked for, and the route."""
    args = request.view_args or {}
    addon = str(args.get("name") or args.get("model") or args.get("addon") or "").partition(".")[0]
    return addon if addon in site().addons else _owner(), route()


def _owner() -> str:
    view = current_app.view_functions.get(request.endpoint or "")
    return owner_of(view.__module__) if view is not None else ""


def _count(*_statement: object) -> None:
    _sent.count = getattr(_sent, "count", 0) + 1


def _note_hook(hook: str, addon: str, seconds: float) -> None:
    _hooks.labels(hook, addon).observe(seconds)
