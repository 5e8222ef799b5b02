"""Tables of a plain text, however they are set, and records that are none."""
