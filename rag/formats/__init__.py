"""An Answer or a Passage -> JSON, words and lines for a terminal.  Start at `schema`."""
