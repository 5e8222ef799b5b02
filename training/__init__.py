"""How the learned files of rag/models/weights/ were made: `make train` repeats it."""
