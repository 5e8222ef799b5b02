"""The pages of a document: where they begin in its text, and how they look with words marked on them."""
