"""What the platform costs beside bare SQLAlchemy doing the same work."""
