"""The same Answer in a language model's words, proved.  Start at `answerer`."""
