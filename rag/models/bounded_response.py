"""The responses of an endpoint that need not mean well: no more than so many bytes, and none to unpack."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx2

# Some 300 for each token of an answer and of much thought before it, as Ollama, vLLM and llama.cpp send them.
MOST_BYTES = 8_000_000


async def bound_response(response: httpx2.Response) -> None:
    """Let at most MOST_BYTES of a response through.

    Raises ValueError if it is packed, since a megabyte may unpack to a thousand; reading it raises ValueError
    if there is more.
    """
    packed = response.headers.get("content-encoding", "identity")
    if packed != "identity":
        raise ValueError(f"content-encoding is {packed[:20]!r}, expected none")
    assert isinstance(response.stream, httpx2.AsyncByteStream)
    response.stream = _Bounded(response.stream)


class _Bounded(httpx2.AsyncByteStream):
    """A stream that raises ValueError after MOST_BYTES."""

    def __init__(self, stream: httpx2.AsyncByteStream) -> None:
        self._stream = stream

    async def __aiter__(self) -> AsyncIterator[bytes]:
        left = MOST_BYTES
        async for piece in self._stream:
            left -= len(piece)
            if left < 0:
                raise ValueError(f"more than {MOST_BYTES:,} bytes, expected an answer")
            yield piece

    async def aclose(self) -> None:
        await self._stream.aclose()
