"""A hook with an argument that its specification does not have."""

from core import hookimpl


@hookimpl
def decide_lending(env: object, reader: object) -> bool:
    """Never called."""
    return True
