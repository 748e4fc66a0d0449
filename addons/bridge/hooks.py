"""What the bridge listens to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from core import hookimpl

if TYPE_CHECKING:
    from click import Command


@hookimpl
def collect_commands() -> Sequence[Command]:
    """`dovetail bridge status` and `dovetail bridge reconcile`."""
    from addons.bridge.command import group  # noqa: PLC0415 -- no business of the server

    return [group]
