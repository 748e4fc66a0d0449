"""The tests of the platform and its addons, in the order of the source."""
