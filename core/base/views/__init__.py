"""How base's nouns are shown; what is not said here follows from the fields."""
