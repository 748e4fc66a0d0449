"""The roles of the shop floor."""

from __future__ import annotations

from core import Role, _
from core.base import employee

viewer = Role(
    "mes_equipment.viewer",
    _("Equipment viewer"),
    implies=(employee,),
    help=_("Sees states, counts and losses of all equipment, and changes nothing."),
)
operator = Role(
    "mes_equipment.operator",
    _("Operator"),
    implies=(employee,),
    help=_("Works at equipment: sets states, says why it stood, reports pieces and what was used."),
)
team_leader = Role(
    "mes_equipment.team_leader",
    _("Team leader"),
    implies=(operator, viewer),
    help=_("Leads a shift: corrects states and counts, plans shifts, sees who reported what."),
)
equipment_engineer = Role(
    "mes_equipment.equipment_engineer",
    _("Equipment engineer"),
    implies=(team_leader,),
    help=_("Keeps equipment, its assets, state maps and reasons."),
)
