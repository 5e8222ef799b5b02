"""The files of a snapshot, read as they are used.  `rag.index.store` opens them all."""
