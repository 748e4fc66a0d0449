"""Loads base, which every set of addons has, in the server that test processes are forked from."""

from __future__ import annotations

from core.addon import discover, in_order
from core.migrate.loading import load

load(in_order([], discover()))
