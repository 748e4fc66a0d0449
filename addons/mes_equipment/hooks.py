"""What the floor listens to."""

from __future__ import annotations

from collections.abc import Sequence

import click
from sqlalchemy import select

from addons.mes_equipment.ingest import settings
from addons.mes_equipment.models import ShiftBreak, ShiftInstance
from core import Env, Model, bulk, calling, hookimpl

_TIMES = {"starts_at", "ends_at"}


@hookimpl
def collect_commands() -> Sequence[click.Command]:
    """`dovetail ingest` and `dovetail simulate`."""
    from addons.mes_equipment import command  # noqa: PLC0415 -- only a command line needs commands

    return [command.ingest, command.simulate]


@hookimpl
def collect_peers(env: Env) -> Sequence[calling.Peer]:
    """The brokers and OPC UA servers of `ingest.toml`, which whoever runs the site writes."""
    if not (env.site.folder / settings.FILE).exists():
        return []
    ingest = settings.read(env.site.folder)
    brokers = [(f"mqtt://{each.broker}", each.is_secure) for each in ingest.mqtt]
    servers = [(each.url, each.is_encrypted) for each in ingest.opcua]
    return [calling.Peer(url, safe, is_from_pages=False) for url, safe in (*brokers, *servers)]


@hookimpl
def records_changed(env: Env, model: type[Model], ids: Sequence[int], fields: frozenset[str]) -> None:
    """A shift or a break that was moved is computed again; one that was added or taken away settles with its shift."""
    if model is ShiftInstance and fields & _TIMES:
        _soil(env, ids)
    if model is ShiftBreak and fields & _TIMES:
        moved = select(ShiftBreak.shift_id).where(ShiftBreak.id.in_(ids)).distinct()
        _soil(env, env.session.scalars(moved).all())


def _soil(env: Env, shift_ids: Sequence[int]) -> None:
    bulk.update(env, ShiftInstance, [{"id": shift_id, "dirty": True} for shift_id in shift_ids])
