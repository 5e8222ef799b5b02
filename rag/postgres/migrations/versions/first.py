"""The first form of the tables of a store: conversations as in SQLite, and an index with its vectors."""

from alembic import op

revision = "0001"
down_revision = None

# Text is kept as bytes, as in SQLite (`rag.conversations.schema`): it may hold what PostgreSQL does not take.
CONVERSATIONS = """
CREATE TABLE conversations (
    id bytea PRIMARY KEY,
    owner bytea NOT NULL,
    begun timestamp NOT NULL,
    changed timestamp NOT NULL,
    title bytea,
    sha256 bytea
);
CREATE INDEX ix_conversations_owner ON conversations (owner);
CREATE TABLE exchanges (
    conversation bytea REFERENCES conversations ON DELETE CASCADE,
    turn integer,
    question bytea NOT NULL,
    content bytea NOT NULL,
    thumb bytea NOT NULL,
    comment bytea NOT NULL,
    sha256 bytea,
    PRIMARY KEY (conversation, turn)
);
CREATE TABLE documents (
    address bytea PRIMARY KEY,
    content bytea NOT NULL
);
CREATE TABLE uses (
    conversation bytea,
    turn integer,
    address bytea REFERENCES documents,
    PRIMARY KEY (conversation, turn, address),
    FOREIGN KEY (conversation, turn) REFERENCES exchanges ON DELETE CASCADE
);
CREATE INDEX ix_uses_address ON uses (address);
"""

# A document is by its address, the sha256 of all that its rows depend on, and shared by the generations that
# have it; `chunks` and `sentences` are where they begin and end in it, two int4 each, and their vectors have
# the numbers from `first_chunk` and `first_sentence` on.  A number is never given twice.
INDEX = """
CREATE SEQUENCE index_rows;
CREATE TABLE index_documents (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    address bytea NOT NULL UNIQUE,
    content bytea NOT NULL,
    chunks bytea NOT NULL,
    sentences bytea NOT NULL,
    first_chunk bigint NOT NULL,
    first_sentence bigint NOT NULL
);
CREATE TABLE index_chunks (id bigint PRIMARY KEY, embedding vector NOT NULL);
CREATE TABLE index_sentences (id bigint PRIMARY KEY, embedding vector NOT NULL);
CREATE TABLE index_generations (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    card bytea NOT NULL,
    documents integer[] NOT NULL
);
CREATE TABLE index_parts (
    generation integer REFERENCES index_generations ON DELETE CASCADE,
    name text,
    piece integer,
    content bytea NOT NULL,
    PRIMARY KEY (generation, name, piece)
);
ALTER TABLE index_parts ALTER COLUMN content SET STORAGE EXTERNAL;
CREATE TABLE index_current (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    generation integer NOT NULL REFERENCES index_generations
);
CREATE TABLE index_embedded (key bytea PRIMARY KEY, embedding vector NOT NULL);
"""


def upgrade() -> None:
    """Make the tables, and the extension unless it is there."""
    op.execute("CREATE EXTENSION IF NOT EXISTS vector")
    for statement in f"{CONVERSATIONS}{INDEX}".split(";\n"):  # the driver takes one at a time
        if statement.strip():
            op.execute(statement)
