"""An index with its documents and conversations in one file, and back.  Start at `backups`."""
