"""What every addon is held to."""

from core.testing import GenericChecks


class TestAddon(GenericChecks, addon="acme_traceability"): ...
