"""Everything with weights or an endpoint.  Start at `embedder.Embedder`."""
