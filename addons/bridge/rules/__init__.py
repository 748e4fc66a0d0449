"""What follows at the bridge, without a database."""
