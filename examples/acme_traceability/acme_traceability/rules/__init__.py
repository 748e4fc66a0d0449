"""What follows: numbers in, answers out, and no database."""
