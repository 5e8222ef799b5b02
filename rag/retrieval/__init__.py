"""A Question -> Passages.  Start at `retriever.Retriever`."""
