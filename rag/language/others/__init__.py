"""Other languages than English: how each asks, and what its texts answer with; one file for each."""
