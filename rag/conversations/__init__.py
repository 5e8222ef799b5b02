"""What the chat keeps of questions and answers; it knows no search.  Start at `archive.Archive`."""
