"""What is done to each of many items, and who does it: the seam at which indexing can be spread."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from typing import Any, ClassVar, Generic, Protocol, TypeVar

from rag.errors import ClusterError

Item = TypeVar("Item")
Result = TypeVar("Result")


class Work(ABC, Generic[Item, Result]):
    """What is done to an item, each alone: the same item comes to the same result, wherever and how often.

    Work, its items and its results can be pickled, so that they can be sent.
    """

    together: ClassVar[int] = 16  # items that are sent at once, as most take less time than the way
    gains_by_gpu: ClassVar[bool] = False

    def fetch(self, item: Item) -> Any:
        """What `do` is given for an item; had on this machine, so that its files need be on no other."""
        return item

    def size(self, item: Item) -> int:
        """The bytes of an item, about: much is not sent together."""
        return 0

    def use_gpu(self) -> None:
        """Have it done by the graphics card that this process was lent; of work that gains by one."""
        raise NotImplementedError

    @abstractmethod
    def do(self, fetched: Any) -> Result:
        """What comes of an item."""


class Workers(Protocol):
    """Who does work."""

    def map(
        self, work: Work[Item, Result], items: Sequence[Item]
    ) -> Iterator[tuple[int, Result | ClusterError]]:
        """Each item's number with what comes of it, each once, in any order, as soon as it is there.

        It is a ClusterError of an item on which every process died that tried it.

        Raises what `work` raises, ClusterError if the workers are lost.
        """


class ThisProcess:
    """One after the other, here."""

    def map(
        self, work: Work[Item, Result], items: Sequence[Item]
    ) -> Iterator[tuple[int, Result | ClusterError]]:
        for number, item in enumerate(items):
            yield number, work.do(work.fetch(item))


HERE = ThisProcess()
