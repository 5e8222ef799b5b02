"""A question amid others -> questions that stand alone."""
