"""Answers and quotes -> files for elsewhere, each quote in a footnote.  Start at `exports`."""
