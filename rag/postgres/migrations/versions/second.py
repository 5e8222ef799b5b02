"""The second form: a generation has a key, so that it is not taken for one of another store."""

from alembic import op

revision = "0002"
down_revision = "0001"

# A store that was made anew, or taken back from a copy, counts its generations from the same number on.  The
# rows of a new one are numbered from anywhere on, so that who has the one before open does not find them; the
# numbers are exact as float64, too.
STATEMENTS = (
    "ALTER TABLE index_generations ADD COLUMN key uuid NOT NULL DEFAULT gen_random_uuid()",
    "SELECT setval('index_rows', 1 + floor(random() * 2 ^ 52)::bigint) "
    "WHERE NOT EXISTS (SELECT FROM index_documents)",
)


def upgrade() -> None:
    """Give each generation its key."""
    for statement in STATEMENTS:
        op.execute(statement)
