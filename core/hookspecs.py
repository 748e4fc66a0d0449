"""Every hook the core announces. They run inside the transaction; a UserError refuses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pluggy

if TYPE_CHECKING:
    from click import Command

    from core.calling import Peer
    from core.orm.env import Env
    from core.orm.model import Model

PROJECT = "dovetail"

hookspec = pluggy.HookspecMarker(PROJECT)


@hookspec
def records_created(env: Env, model: type[Model], ids: Sequence[int]) -> None:
    """Records of `model` were made, by a form, an import, an action or in bulk.

    Called once a flush and model, or once a bulk call, after the rows are written.
    """


@hookspec
def records_changed(env: Env, model: type[Model], ids: Sequence[int], fields: frozenset[str]) -> None:
    """Records of `model` were changed; `fields` are the names of all fields that any of them changed.

    Called once a flush and model, or once a bulk call, after the rows are written.
    """


@hookspec
def records_deleted(
    env: Env, model: type[Model], ids: Sequence[int], old: Mapping[int, Mapping[str, Any]]
) -> None:  # Any: what JSON can say
    """Records of `model` were deleted; `old` are their tracked fields as the trail keeps them, by id.

    Called once a flush and model, or once a bulk call, after the rows are gone.
    """


@hookspec
def site_cloned(env: Env) -> None:
    """An anonymised copy of a site was made, of which this is the last step: stop what speaks to other systems.

    Called once, in a transaction of the system on the copy, before anybody serves it. What is raised undoes the copy.
    """


@hookspec
def collect_peers(env: Env) -> Sequence[Peer]:  # type: ignore[empty-body]  # answered by addons
    """The servers that an addon connects to by itself, as its records or a file of the site's folder name them.

    Called in a reading transaction of the system, when the doctor looks whether they may be called and are spoken to
    in confidence. A UserError is told as a finding.
    """


@hookspec
def records_restored(env: Env, model: type[Model], ids: Sequence[int]) -> None:
    """Records of `model` came back from the recycle bin as they were: who heard records_deleted undoes what it did.

    Called once for each model of a record and its parts, after the rows are written; records_created is not.
    """


@hookspec
def collect_commands() -> Sequence[Command]:  # type: ignore[empty-body]  # answered by addons
    """Commands that an addon adds to `dovetail`; groups of one name are joined.

    Called outside of a transaction, when a command is asked for that the core does not have. A command is handed
    what opens an env on its site by `click.pass_obj`: `with open_env(write=True) as env`.
    """
