"""What speaks for each sentence, and for an answer at all."""
