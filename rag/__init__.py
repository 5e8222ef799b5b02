"""Footnote: answers from a folder of documents, every sentence proved by its source.

    read_documents   a folder            -> a Corpus: Documents, their text unaltered
    Outline          a document          -> its pieces, and what each stands under
    chunk            an Outline          -> Chunks, runs of whole sentences, items and rows
    build_index      a Corpus            -> FAISS vectors, spans and an IndexCard on disk
    retrieve         a question          -> Passages, best first
    ask              a question          -> an Answer: Statements with Citations, or a refusal
    check            a draft             -> a Check: a Verdict on each of its sentences
    export_answer    an Answer           -> a file: text, Markdown, HTML, Word, BibTeX, RIS or CSL-JSON
    export_quotes    Citations           -> the same of quotes alone

A Citation's quote is ``document.text[start:end]``, always.
"""

import lazy_loader

__version__ = "0.6.0"

RENAMED = {"OpenAIAnswerer": "OpenAIModel", "AnswererError": "LanguageModelError"}

# A name is imported when it is asked for first, since all of it takes seconds; __init__.pyi has them all.
_find, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)


def __getattr__(name: str) -> object:
    """What was not asked for before.

    An old name raises ImportError, which `from rag import …` lets through.
    """
    if name in RENAMED:
        raise ImportError(f"rag.{name} is now called rag.{RENAMED[name]}")
    return _find(name)
