"""The life of an addon in a database: install, upgrade, disable, quarantine and purge, each with its plan."""
