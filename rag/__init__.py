"""Footnote: answers from a folder of documents, every sentence proved by its source.

    read_documents   a folder            -> a Corpus: Documents, their text unaltered
    Outline          a document          -> its pieces, and what each stands under
    chunk            an Outline          -> Chunks, runs of whole sentences, items and rows
    build_index      a Corpus            -> FAISS vectors, spans and an IndexCard on disk
    retrieve         a question          -> Passages, best first
    ask              a question          -> an Answer: Statements with Citations, or a refusal
    export_answer    an Answer           -> a file: text, Markdown, HTML, Word, BibTeX, RIS or CSL-JSON
    export_quotes    Citations           -> the same of quotes alone

A Citation's quote is ``document.text[start:end]``, always.
"""

from rag.chatbot import Chatbot, ask, open_chatbot, retrieve
from rag.collection import Collection
from rag.datatypes import (
    Answer,
    Block,
    Chunk,
    Citation,
    Difference,
    Document,
    IndexCard,
    Mark,
    Passage,
    Preference,
    Question,
    Skipped,
    StageRank,
    Statement,
    Turn,
    Where,
)
from rag.documents.chunking import chunk
from rag.documents.corpus import Corpus, read_documents
from rag.documents.outline import Outline
from rag.documents.pages.images import PageImage, render_page
from rag.errors import (
    ArchiveError,
    CorpusError,
    EmbedderError,
    EmptyCorpus,
    FilterError,
    IndexDamaged,
    IndexMissing,
    IndexStale,
    LanguageModelError,
    PageError,
    QuestionError,
    RagError,
)
from rag.formats.exports.exports import export_answer, export_quotes
from rag.index.build import build_index
from rag.models.embedder import Embedder, SentenceTransformerEmbedder
from rag.models.llm import OpenAIModel
from rag.models.reranker import Reranker

__version__ = "0.6.0"

RENAMED = {"OpenAIAnswerer": "OpenAIModel", "AnswererError": "LanguageModelError"}


def __getattr__(name: str) -> object:
    """What is not there.  An old name raises ImportError, which `from rag import …` lets through."""
    if name in RENAMED:
        raise ImportError(f"rag.{name} is now called rag.{RENAMED[name]}")
    raise AttributeError(f"module 'rag' has no attribute {name!r}")


__all__ = [
    "Answer",
    "ArchiveError",
    "Block",
    "Chatbot",
    "Chunk",
    "Citation",
    "Collection",
    "Corpus",
    "CorpusError",
    "Difference",
    "Document",
    "Embedder",
    "EmbedderError",
    "EmptyCorpus",
    "FilterError",
    "IndexCard",
    "IndexDamaged",
    "IndexMissing",
    "IndexStale",
    "LanguageModelError",
    "Mark",
    "OpenAIModel",
    "Outline",
    "PageError",
    "PageImage",
    "Passage",
    "Preference",
    "Question",
    "QuestionError",
    "RagError",
    "Reranker",
    "SentenceTransformerEmbedder",
    "Skipped",
    "StageRank",
    "Statement",
    "Turn",
    "Where",
    "ask",
    "build_index",
    "chunk",
    "export_answer",
    "export_quotes",
    "open_chatbot",
    "read_documents",
    "render_page",
    "retrieve",
]
