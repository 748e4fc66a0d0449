"""The roles that every installation has."""

from __future__ import annotations

from core.i18n import _
from core.security.role import Role

employee = Role(
    "base.employee",
    _("Employee"),
    help=_("Everybody who works here: reads master data, comments, and keeps a list of things to do."),
    everybody=True,
)
#: Of its own, so that reading views that others share and changing one's own are two grants.
view_keeper = Role(
    "base.view_keeper",
    _("Keeper of own views and templates"),
    help=_(
        "Saves views of lists and templates of records, and changes those of their own; everybody has it."
    ),
    everybody=True,
)
master_data_editor = Role(
    "base.master_data_editor",
    _("Master data editor"),
    implies=(employee,),
    help=_("Keeps items, partners, units, locations, equipment, calendars and product definitions."),
)
personnel_officer = Role(
    "base.personnel_officer",
    _("Personnel officer"),
    implies=(employee,),
    help=_("Keeps people, their qualifications and badges."),
)
auditor = Role(
    "base.auditor",
    _("Auditor"),
    implies=(employee,),
    help=_("Reads users, roles and the audit trail, and changes nothing."),
)
integration_operator = Role(
    "base.integration_operator",
    _("Integration operator"),
    implies=(employee,),
    help=_(
        "Watches messages to and from other systems; sends them again, has them done again or discards them."
    ),
)
correspondent = Role(
    "base.correspondent",
    _("Correspondent"),
    implies=(employee,),
    help=_(
        "Sends e-mail about records that they see, to whomever they name, and sends again what did not arrive."
    ),
)
administrator = Role(
    "base.administrator",
    _("Administrator"),
    implies=(master_data_editor, personnel_officer, auditor, integration_operator, correspondent),
    help=_("Keeps companies, users, roles, settings and addons."),
)
