"""A public test set -> how well retrieval does on it, as figures and a page.  Start at `run.bench`."""
