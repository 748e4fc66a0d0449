"""Published data, and what it must come to."""
