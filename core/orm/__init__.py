"""The model layer: a vocabulary on SQLAlchemy, with access enforced where SQL is made."""
