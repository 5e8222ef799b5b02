"""Everything with weights or an endpoint: texts -> vectors, readings, words.  Start at `embedder`."""
