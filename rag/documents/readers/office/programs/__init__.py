"""Programs that are run on a foreign file: its bytes in, one line of JSON out.

Each runs in a process of its own (`rag.documents.pages.process`) and imports nothing of Footnote but what
lies here, and `pdfium.py`.
"""
