"""Sealing the audit trail, and finding out whether somebody touched it."""
