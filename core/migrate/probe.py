"""Tries out, in a process of its own, whether the addons given as arguments load together."""

from __future__ import annotations

import sys

from core.addon import discover, in_order
from core.errors import PlatformError
from core.migrate.loading import load

if __name__ == "__main__":
    try:
        available = discover()
        load(in_order(sys.argv[1:], available))
    except PlatformError as error:
        sys.exit(str(error))
