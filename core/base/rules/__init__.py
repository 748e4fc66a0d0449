"""What follows from numbers and days alone: money, taxes, terms, units. Pure functions, no database."""
