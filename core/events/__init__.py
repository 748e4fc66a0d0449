"""What comes in and goes out, each with exactly one effect."""
