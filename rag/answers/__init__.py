"""Passages -> an Answer in the documents' own sentences.  Start at `extractive.ExtractiveAnswerer`."""
