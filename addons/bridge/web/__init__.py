"""The pages of the bridge: how its connections stand, and whether both worlds agree."""

from __future__ import annotations

from flask import Blueprint

from addons.bridge.web import reconciling, standing

blueprint = Blueprint("bridge", __name__)
blueprint.register_blueprint(standing.blueprint)
blueprint.register_blueprint(reconciling.blueprint)
