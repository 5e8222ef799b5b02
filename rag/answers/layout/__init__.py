"""A list, a row or a later version as an answer: what the layout of a document says.  Start in lists.py."""
