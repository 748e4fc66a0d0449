"""What a test needs, shipped for every addon: a pytest plugin, a private PostgreSQL, generic checks."""
