"""What follows in purchasing and the store: pure functions on dataclasses and Decimals."""
