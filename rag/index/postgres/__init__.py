"""An index in PostgreSQL: documents and vectors shared by its generations.  Start at `place.Database`."""
