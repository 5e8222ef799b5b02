"""The view that checks a text: result.py draws what comes of it, handlers.py answers the page."""
