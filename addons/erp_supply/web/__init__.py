"""The addon's own pages."""

from __future__ import annotations

from flask import Blueprint

from addons.erp_supply.web import forecast, invoices

blueprint = Blueprint("erp_supply", __name__)
blueprint.register_blueprint(forecast.blueprint)
blueprint.register_blueprint(invoices.blueprint)
