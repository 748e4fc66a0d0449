"""Where shelves meet other addons."""
