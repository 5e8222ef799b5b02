"""A draft and the documents -> a verdict on each of its sentences; start at checker.py."""
