"""What shelving adds to the command line."""

from collections.abc import Sequence

from core import hookimpl
from shelving.commands import shelves


@hookimpl
def collect_commands() -> Sequence[object]:
    """Counting shelves."""
    return [shelves]
