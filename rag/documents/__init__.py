"""A folder of files -> Documents, their sentences and chunks.  Start at `corpus.read_documents`."""
