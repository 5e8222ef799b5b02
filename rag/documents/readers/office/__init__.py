"""A file of another program -> its text, blocks and pages, in a process of its own.  Start at `office`."""
