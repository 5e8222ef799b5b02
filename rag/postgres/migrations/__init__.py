"""How the tables came about, one file a form of them, for Alembic; `rag.postgres.schema` runs it."""
