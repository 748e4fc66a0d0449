"""Taking over machine data: a reader that spools what comes, and a writer that stores what was spooled."""
