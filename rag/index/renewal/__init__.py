"""What an index takes over from the one before.  `rag.index.build` starts at `renewal.py`."""
