"""The names of the library and where each is from; `__init__.py` imports one when it is asked for first."""

from .chatbot import (
    Chatbot as Chatbot,
    ask as ask,
    check as check,
    open_chatbot as open_chatbot,
    retrieve as retrieve,
)
from .checking.drafts import read_draft_file as read_draft_file
from .collection import Collection as Collection
from .datatypes import (
    Answer as Answer,
    Block as Block,
    Check as Check,
    CheckedSentence as CheckedSentence,
    Chunk as Chunk,
    Citation as Citation,
    Difference as Difference,
    Differing as Differing,
    Document as Document,
    IndexCard as IndexCard,
    Mark as Mark,
    Passage as Passage,
    Preference as Preference,
    Question as Question,
    Skipped as Skipped,
    StageRank as StageRank,
    Statement as Statement,
    Turn as Turn,
    Verdict as Verdict,
    Where as Where,
)
from .documents.chunking import chunk as chunk
from .documents.corpus import (
    Corpus as Corpus,
    read_documents as read_documents,
)
from .documents.outline import Outline as Outline
from .documents.pages.images import (
    PageImage as PageImage,
    render_page as render_page,
)
from .errors import (
    ArchiveError as ArchiveError,
    BackupError as BackupError,
    ClusterError as ClusterError,
    CorpusError as CorpusError,
    DraftError as DraftError,
    EmbedderError as EmbedderError,
    EmptyCorpus as EmptyCorpus,
    FilterError as FilterError,
    IndexBusy as IndexBusy,
    IndexDamaged as IndexDamaged,
    IndexMissing as IndexMissing,
    IndexStale as IndexStale,
    LanguageModelError as LanguageModelError,
    PageError as PageError,
    QuestionError as QuestionError,
    RagError as RagError,
    StoreError as StoreError,
)
from .formats.exports.exports import (
    export_answer as export_answer,
    export_check as export_check,
    export_quotes as export_quotes,
)
from .index.build import build_index as build_index
from .models.embedder import (
    Embedder as Embedder,
    SentenceTransformerEmbedder as SentenceTransformerEmbedder,
    load_embedder as load_embedder,
)
from .models.llm import OpenAIModel as OpenAIModel
from .models.reranker import Reranker as Reranker
from .timings import Timings as Timings

__version__: str
RENAMED: dict[str, str]
