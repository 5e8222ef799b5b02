"""How the two learned files of rag/weights/ were made: `make train` repeats it."""
