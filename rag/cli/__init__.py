"""The command line: `rag COMMAND`.  Start at `main.main`."""
