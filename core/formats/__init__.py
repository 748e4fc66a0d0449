"""Pure readers and writers of files: a file in, dataclasses out; no database, no settings."""
