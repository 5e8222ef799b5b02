"""What a reader makes of the bytes of a file."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True)
class Contents:
    """The text of a file, and what the file says of itself: fields of a `Document`."""

    text: str
    metadata: dict[str, str | date] = field(default_factory=dict)
