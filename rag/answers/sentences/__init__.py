"""The sentences that may answer, as they are read, and as they are quoted."""
