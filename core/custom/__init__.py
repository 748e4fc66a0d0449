"""Fields that an administrator adds to models: their definitions, the facets made of them, and their tables."""
