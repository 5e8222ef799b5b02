"""What the web chat shows: its HTML, its style and its script."""
