"""What the MES tells, and what it does when it is told."""
