"""What is seen: views as frozen dataclasses whose leaves are model attributes, their defaults and additions."""
