"""What is done at equipment."""
