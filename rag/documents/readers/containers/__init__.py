"""A file that holds others (mails, archives, saved pages, e-books) -> what they hold.  Start at `parts`."""
