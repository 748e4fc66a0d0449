"""The generated web pages: lists, forms and everything round them, as server-rendered HTML."""
