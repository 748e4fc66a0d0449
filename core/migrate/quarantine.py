"""Quarantine: a broken addon is left out with what needs it, and what it guards is read-only until it loads."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping, Sequence

from sqlalchemy import Engine

from core.addon import Package, in_order
from core.errors import AddonError
from core.i18n import Text, _
from core.migrate import tables
from core.migrate.install import active, active_packages, known_addons
from core.migrate.loading import ALL, Loaded, load
from core.migrate.transaction import changing
from core.orm import installed
from core.orm.installed import AddonState, Record
from core.orm.model import Base, model_name, models
from core.security.access import subject_of

_PROBE_SECONDS = 60


class LeftOut(AddonError):
    """An addon broke after some of it was loaded: it is in quarantine now, and the process must begin anew."""

    code = "quarantine"


def load_whole(engine: Engine, available: Mapping[str, Package]) -> Loaded:
    """Load the installed addons, put those that break in quarantine, and take back those that work again.

    Raises LeftOut when an addon broke with its models already mapped: they cannot be taken out of a process.
    """
    _release(engine, available)
    while True:
        with engine.connect() as connection:
            known = known_addons(connection)
        present = {name: package for name, package in available.items() if name in known}
        absent = [name for name in active(known) if name not in present]
        if absent:
            _confine(engine, known, absent[0], _("Its package is not installed."))
            continue
        try:
            return load(active_packages(known, present))
        except AddonError as error:
            if error.addon not in known or error.addon == "base":
                raise
            names = _confine(engine, known, error.addon, error.message)
            if any(table.info.get("addon") in names for table in Base.metadata.tables.values()):
                raise LeftOut(_confined(error.addon, error.message, names)) from error


def frozen(known: Mapping[str, Record]) -> dict[str, object]:
    """The loaded models that must not be written, by name, with the reason: what quarantined addons guard.

    The parts of a guarded document are as read-only as itself.
    """
    found: dict[str, object] = {}
    for record in known.values():
        if record.state is AddonState.QUARANTINED:
            guarded = set(record.guards)
            for model in models():
                if ALL in guarded or {model_name(model), model_name(subject_of(model))} & guarded:
                    found[model_name(model)] = _read_only(record)
    return found


def _confine(engine: Engine, known: Mapping[str, Record], name: str, reason: object) -> list[str]:
    """Quarantine `name` with everything that needs it; returns their names."""
    names = [name, *installed.dependants(name, known)]
    with changing(engine) as connection:
        tables.set_state(connection, names, AddonState.QUARANTINED, str(reason))
    return names


def _release(engine: Engine, available: Mapping[str, Package]) -> None:
    """Take quarantined addons back that load again, which a process of its own tries out."""
    with engine.connect() as connection:
        known = known_addons(connection)
    confined = [r.name for r in known.values() if r.state is AddonState.QUARANTINED]
    works = [name for name in confined if name in available and _loads([*active(known), name])]
    if not works:
        return
    loaded = load([p for p in in_order([*active(known), *works], available) if p.name in known])
    with changing(engine) as connection:
        for package in loaded.packages:
            if package.name in works:
                tables.back_fill(connection, package.name)
                tables.renew_record(connection, package, loaded)


def _loads(names: Sequence[str]) -> bool:
    """Whether these addons load together, seen from outside: a failure would stay in this process."""
    done = subprocess.run(  # noqa: S603 -- our own module
        [sys.executable, "-m", "core.migrate.probe", *names],
        capture_output=True,
        timeout=_PROBE_SECONDS,
        check=False,
    )
    return done.returncode == 0


def _confined(name: str, reason: object, names: Sequence[str]) -> Text:
    return _(
        "Addon {name} is broken and was put in quarantine ({names}): {reason} Start again to go on without it.",
        name=name,
        names=", ".join(names),
        reason=reason,
    )


def _read_only(record: Record) -> Text:
    return _(
        "Addon {name} guards this and could not be loaded: {reason} Nothing has changed. Mend it and restart, or "
        "run dovetail addons disable {name}.",
        name=record.name,
        reason=record.reason,
    )
