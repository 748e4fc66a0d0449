"""What cannot be filled in."""

from core.errors import UserError
from core.i18n import _
from core.orm.env import Env


def seed(env: Env) -> None:
    """Fail."""
    raise UserError(_("The seeds are spoilt."))
