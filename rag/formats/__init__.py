"""Answers as JSON and as text for people.  Start at `schema`."""
