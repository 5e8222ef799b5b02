"""What a slow client may take its time over: the head of a request, its body, and reading the response.

uvicorn itself waits for ever: whoever opens connections and lets bytes drip holds a place for each.
"""

from __future__ import annotations

import asyncio
from typing import Literal

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

# Those of Apache's mod_reqtimeout ("header=20-40,MinRate=500 body=20,MinRate=500").
HEAD = 20.0  # seconds for the head of a request
BODY = 20.0  # seconds for its body, and one more for each
RATE = 500  # bytes of it
READING = 60.0  # seconds in which a client must take what the system's own buffers have no place for
OPEN = 900  # connections at a time, each a file of the process, which may have 1,024; beyond, none is heard

Part = Literal["", "head", "body"]


class PatientProtocol(H11Protocol):
    """HTTP as uvicorn speaks it, with an end to its patience.

    A head that is late ends the connection; a body, with 408; a response that is not read, without a word.
    The application is told that the client has left.  With more than OPEN connections a new one ends at once.
    """

    _part: Part = ""  # what of a request is still to come
    _since = 0.0  # seconds of the loop's clock since when
    _received = 0  # bytes since then
    _late: asyncio.TimerHandle | None = None
    _stuck: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        if len(self.connections) > OPEN:
            transport.abort()
            return
        # Any byte that waits pauses writing, and so has READING to go: the end of a response too, after which
        # nobody waits but close(), for ever.
        transport.set_write_buffer_limits(high=0)
        self._await("head")

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        self._received += len(data)
        missing = self._missing()
        if missing != self._part:
            self._await(missing)

    def on_response_complete(self) -> None:
        super().on_response_complete()  # begins with a request that came before its turn
        self._await("body" if self._missing() == "body" else "")  # uvicorn times the wait for another head

    def connection_lost(self, exc: Exception | None) -> None:
        self._await("")
        self.resume_writing()
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        super().pause_writing()
        self._stuck = self.loop.call_later(READING, self.transport.abort)

    def resume_writing(self) -> None:
        if self._stuck:
            self._stuck.cancel()
        super().resume_writing()

    def _missing(self) -> Part:
        """What of a request is still to come, now that some of it is here."""
        if self.transport.get_protocol() is not self:  # a websocket by now
            return ""
        if self.cycle is None or self.cycle.response_complete:
            return "head"
        return "body" if self.cycle.more_body else ""

    def _await(self, part: Part) -> None:
        """Give a part of a request its time; with "", end the wait."""
        if self._late:
            self._late.cancel()
        self._part, self._since, self._received = part, self.loop.time(), 0
        if part:
            self._late = self.loop.call_later(HEAD if part == "head" else BODY, self._give_up)

    def _give_up(self) -> None:
        """End the connection, unless the body comes fast enough or it is we who do not read it."""
        if self._part == "head" or not self._missing():
            self.timeout_keep_alive_handler()
            return
        left = self._since + BODY + self._received / RATE - self.loop.time()
        if left > 0 or self.flow.read_paused:
            self._late = self.loop.call_later(max(left, 1), self._give_up)
            return
        if not self.cycle.response_started and not self.transport.is_closing():
            head = [(b"connection", b"close"), (b"content-length", b"0")]
            self.transport.write(self.conn.send(h11.Response(status_code=408, headers=head)) or b"")
        self.transport.close()
