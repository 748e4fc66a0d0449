"""`python -m core.cli` is `dovetail`."""

from __future__ import annotations

from core.cli import main

main()
