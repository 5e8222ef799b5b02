"""A PDF or office file -> its text, blocks and pages, in a process of its own.  Start at `office`."""
