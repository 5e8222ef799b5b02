"""What lies in a folder, which of it counts, and what has changed since.  Start at `files.scan`."""
