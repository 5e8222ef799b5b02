"""What can go wrong in the world, as a tree; a caller's bug is a ValueError instead.

    RagError
    ├── CorpusError       the folder of documents: missing, or sources.toml is wrong
    │   └── EmptyCorpus   it is there, but no document to search is in it
    ├── EmbedderError     the model: not to be had, not a model, or altered
    ├── IndexMissing      there is no index where one was looked for
    ├── IndexDamaged      there is one, but it is not whole, or not ours
    ├── IndexStale        it is whole, but the documents or the model have changed since
    ├── IndexBusy         another process is changing it, and does not end
    ├── StoreError        the database that holds an index: not to be reached, not ours, or of another form
    ├── ClusterError      the Ray cluster: not to be reached, lost, or a file that kills its workers
    ├── BackupError       a backup cannot be made, or the file is none, or not whole
    ├── PageError         a page of a PDF: not there, not to be drawn, or of another file by now
    ├── LanguageModelError     the language model: not to be reached, or it breaks off
    ├── ArchiveError      conversations cannot be kept, or the file is damaged or not ours
    ├── QuestionError     the question holds no words, or too many
    ├── DraftError        the text to check holds no words, is too long, or cannot be read
    └── FilterError       the documents or dates to search among are not to be had

Each message is one line: what was wrong, the value seen, what was expected, what mends it.
"""

from rag.datatypes import Skipped


class RagError(Exception):
    """Anything that went wrong in the world: files, models, questions."""


class CorpusError(RagError):
    """The folder of documents cannot be read as a corpus."""


class EmptyCorpus(CorpusError):
    """The folder holds no document to search; `skipped` are the files that could not be read, and why."""

    def __init__(self, message: str, skipped: tuple[Skipped, ...] = ()) -> None:
        super().__init__(message)
        self.skipped = skipped


class EmbedderError(RagError):
    """The embedding model cannot be used."""


class IndexMissing(RagError):
    """No index stands in the folder."""


class IndexDamaged(RagError):
    """The index is incomplete, altered, or of a format this version does not read."""


class IndexStale(RagError):
    """The index no longer fits the documents or the model."""


class IndexBusy(RagError):
    """Another process is changing the index."""


class StoreError(RagError):
    """The database of a store cannot be used."""


class ClusterError(RagError):
    """The work cannot be spread over other machines, or what comes of an item cannot be had from them."""


class BackupError(RagError):
    """A backup cannot be made or restored."""


class PageError(RagError):
    """A page cannot be shown as it looks."""


class LanguageModelError(RagError):
    """The language model cannot be used."""


class ArchiveError(RagError):
    """The file of conversations cannot be read or written."""


class QuestionError(RagError):
    """The question cannot be asked."""


class DraftError(RagError):
    """The text cannot be checked."""


class FilterError(RagError):
    """The filter names what is not there, or contradicts itself."""
