"""A file's bytes -> its text and metadata; one file a family of formats.  Start at `readers.read_file`."""
