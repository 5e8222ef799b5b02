"""Footnote's own words -> the same in the language of a question, by one table a language."""

from rag.wording.catalogue import say, sayings

__all__ = ["say", "sayings"]
