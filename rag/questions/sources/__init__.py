"""Which documents a question names or prefers, and whether it asks for a source."""
