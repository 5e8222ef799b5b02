"""An index and an answer -> questions that the documents answer.  Start at `suggestions`."""
