"""Back-ups: one file that holds a site's database and attachments, proven by restoring it."""
