"""What is written by a library -> the bytes of a file."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from typing import Any


def saved(document: Any) -> bytes:
    """The bytes of what can be saved to a file."""
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def zipped(parts: Mapping[str, bytes | str]) -> bytes:
    """An archive of these files, in their order."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return file.getvalue()


def unzipped(raw: bytes) -> dict[str, bytes]:
    """The files of an archive by name, in their order."""
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}
