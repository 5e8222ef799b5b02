"""The web chat, drawn in Python: an event of the page -> the HTML that changes.  Start at `handlers`."""
