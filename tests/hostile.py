"""A reader of files that hang, and that end the process which reads them."""

from __future__ import annotations

from pathlib import Path

from dying import die

from rag.documents.folder.outcomes import FetchedFile, Outcome, ReadFile
from rag.documents.readers.office import office


class ReadHostile(ReadFile):
    """Reading where Word files hang their program, which is in `programs`, and deadly.txt is deadly."""

    def __init__(self, programs: Path) -> None:
        self._programs = programs

    def do(self, fetched: FetchedFile | Outcome) -> Outcome:
        if isinstance(fetched, FetchedFile) and fetched.name == "deadly.txt":
            die()
        office.PROGRAMS, office.SECONDS = self._programs, 0.2
        return super().do(fetched)
