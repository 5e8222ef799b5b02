"""A real PostgreSQL with pgvector, of a wheel, for the tests that need one."""
