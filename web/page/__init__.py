"""The web chat, drawn in Python.  Start at `handlers`."""
