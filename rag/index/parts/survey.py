"""What was found out of all documents together when an index was made."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from rag.index.card import COPIED, EDITIONS, FURNITURE, TWINS
from rag.index.parts.editions import Edition, parse_editions
from rag.index.parts.twins import Twins

Parse = Callable[[Callable[[bytes], Any], bytes], Any]


@dataclass(frozen=True, eq=False)
class Survey:
    """What needs no document any more.

    `twins` are the sentences that say what an earlier one says (`rag.index.duplicates.find_duplicates`),
    `copied` the chunks that stand in another document, too (`rag.index.duplicates.Copies.find_copied`),
    `furniture` the rows of the chunks that begin in a menu, running head and the like, and `editions` the
    documents that are states of the same.
    """

    twins: Twins
    copied: npt.NDArray[np.int32]
    furniture: npt.NDArray[np.int32]
    read_editions: Callable[[], Mapping[str, Edition]]

    @cached_property
    def editions(self) -> Mapping[str, Edition]:
        """By the ids of their documents."""
        return self.read_editions()


def load_survey(snapshot: Path, parse: Parse) -> Survey:
    """What was found out of the documents of a snapshot; what is as large as they are is put off to `parse`.

    Raises ValueError if the files hold something else.
    """
    copied, furniture = (np.load(snapshot / name, allow_pickle=False) for name in (COPIED, FURNITURE))
    twins = Twins(np.load(snapshot / TWINS, allow_pickle=False))
    return make_survey(
        twins, copied, furniture, partial(parse, parse_editions, (snapshot / EDITIONS).read_bytes())
    )


def make_survey(
    twins: Twins,
    copied: npt.NDArray[Any],
    furniture: npt.NDArray[Any],
    read_editions: Callable[[], Mapping[str, Edition]],
) -> Survey:
    """What was written of it.  Raises ValueError if that is something else."""
    if copied.dtype != np.int32 or copied.shape[1:] != (2,) or furniture.dtype != np.int32:
        raise ValueError(f"{copied.shape} of {copied.dtype}, expected chunks and documents")
    return Survey(twins, copied, furniture, read_editions)
