"""English in a text: words, numbers, dates, names.  It knows no document and no index."""
