"""What plants judge differently, as settings."""

from __future__ import annotations

from addons.mes_equipment.rules.kpi import Policy
from core import Env, _
from core.base import setting, settings

unknown_counts = setting(
    "mes_equipment.unknown_counts",
    _("Unknown time lowers availability"),
    default=True,
    help=_("Time of which nothing is known is part of the planned busy time."),
)
one_more_failure = setting(
    "mes_equipment.one_more_failure",
    _("Time between failures as ISO 22400 has it"),
    default=True,
    help=_("Divided by failures + 1; otherwise by failures."),
)


def policy(env: Env) -> Policy:
    """How the company judges."""
    return Policy(settings.value(env, unknown_counts), settings.value(env, one_more_failure))
