"""The two ends of every flow, which never import each other: each is there when its world is installed."""
