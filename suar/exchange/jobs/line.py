"""One connection of a delivery, spoken by h11 straight from the event loop: streams between the two cost more than the request itself."""

from __future__ import annotations

import asyncio

import h11

#: What h11 is told of each request, so that it hears the answer to one: the words on the wire are ready when a line is opened.
ASKED = h11.Request(
    method="POST", target="/", headers=[("Host", "-"), ("Content-Length", "0"), ("Connection", "close")]
)


class Garbled(Exception):
    """What came back is no answer."""


class Line(asyncio.Protocol):
    """One connection, for one delivery: an answer too many on a line that serves twice would be taken for the answer to the next."""

    def __init__(self) -> None:
        self.spoken = h11.Connection(h11.CLIENT)
        self.begin()

    def begin(self) -> None:
        self.ended: asyncio.Future[h11.Response] = asyncio.get_running_loop().create_future()
        self.answer: h11.Response | None = None
        self.read = self.most = 0

    async def asked(self, request: bytes, most: int) -> h11.Response:
        """The head of the answer, once a short one is heard out, so that the receiver ends in peace; one longer than `most` bytes is cut off.
        Raises Garbled where none comes that HTTP/1.1 knows, OSError where the line is cut before; no redirect is followed.
        """
        self.most = most
        self.spoken.send(ASKED)
        self.spoken.send(h11.EndOfMessage())
        self.transport.write(request)
        return await self.ended

    def hang_up(self) -> None:
        self.transport.close()

    # What the loop calls -----------------------------------------------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        if self.ended.done():
            return
        try:
            self.spoken.receive_data(data)
            while not self.ended.done() and isinstance(event := self.spoken.next_event(), h11.Event):
                self.take(event)
        except h11.RemoteProtocolError:
            self.end(Garbled())
        else:
            if not self.ended.done() and event is h11.PAUSED:  # it speaks another protocol from here on
                self.end(Garbled())

    def take(self, event: h11.Event) -> None:
        if isinstance(event, h11.Response):
            self.answer = event
        elif isinstance(event, h11.Data):
            self.read += len(event.data)
            if self.read > self.most:
                self.end(Garbled())
        elif not isinstance(event, h11.InformationalResponse):
            self.end(Garbled())

    def eof_received(self) -> None:
        self.data_received(b"")

    def connection_lost(self, error: Exception | None) -> None:
        self.end(error or Garbled())

    def end(self, why: Exception) -> None:
        """What was said is said, whatever comes after it; `why` is for where nothing was."""
        if self.ended.done():
            return
        if self.answer is None:
            self.ended.set_exception(why)
        else:
            self.ended.set_result(self.answer)
