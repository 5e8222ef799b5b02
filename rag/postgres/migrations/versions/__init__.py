"""The forms of the tables."""
