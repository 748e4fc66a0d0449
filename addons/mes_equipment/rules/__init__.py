"""What follows from states and counts; no database."""
