"""What is done to each of many files, documents or texts -> who does it: this process, or a Ray cluster."""
