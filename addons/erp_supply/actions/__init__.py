"""What may be done in purchasing and the store."""
