"""Programs that are run on a foreign file and know nothing of Footnote: bytes in, one line of JSON out."""
