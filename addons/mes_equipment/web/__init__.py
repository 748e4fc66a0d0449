"""The addon's own pages."""

from __future__ import annotations

from flask import Blueprint

from addons.mes_equipment.web import board, coding, effectiveness, losses, machine, trend

blueprint = Blueprint("mes_equipment", __name__)
for page in (board, coding, effectiveness, losses, machine, trend):
    blueprint.register_blueprint(page.blueprint)
