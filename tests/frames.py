"""Which functions of ours stand on a stack."""

from __future__ import annotations

from pathlib import Path
from types import FrameType

from small import ROOT

OURS = (ROOT / "rag", ROOT / "web", ROOT / "app.py")


def ours(frame: FrameType | None) -> list[str]:
    """The functions of ours on a stack, the first called first; comprehensions and generators count."""
    names = []
    while frame:
        file = Path(frame.f_code.co_filename)
        if any(file.is_relative_to(place) for place in OURS):
            names.append(frame.f_code.co_qualname)
        frame = frame.f_back
    return names[::-1]
