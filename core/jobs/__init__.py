"""Work beyond one request: rows written in the business transaction and carried out by a worker."""
