"""What the ERP tells, and what it does when it is told."""
