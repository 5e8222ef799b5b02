"""What asks for no passage: a greeting, which documents there are, the gist of some.  Start at `replies`."""
