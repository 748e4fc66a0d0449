"""What may be done with the records of base, and with any record: comment, attach, plan."""
