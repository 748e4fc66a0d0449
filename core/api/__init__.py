"""REST and OpenAPI, made of the same declarations as the pages."""
