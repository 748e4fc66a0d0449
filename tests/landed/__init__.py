"""Demonstration sites as versions that were landed made them, kept as SQL: each must come to the version of today.

`python -m tests.landed.keeping DATE` keeps the site of the version at hand, for those that come after it.
"""
