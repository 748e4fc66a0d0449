"""What is done at the bridge."""
