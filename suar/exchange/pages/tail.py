"""The live tail as a page, and as a stream of server-sent events (WHATWG HTML 9.2) that no slow reader and no forgotten window can hold.

A stream holds a thread of the program while it waits, so few may be open (`MOST`), and each ends by itself (`LIFE_S`, `MOST_BYTES`); the browser
comes back to the place where it was. So much as one stream may write fits into what the server keeps for a reader who does not read, so the
thread that writes never waits for him. Who watches is asked anew before every look: a posting that ends, or a session, ends the stream.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict

import orjson
from django.conf import settings
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from suar.agencies.access import Request
from suar.core.act import Act
from suar.core.errors import Refusal
from suar.exchange.access.tail import Tailed, latest_tail_for, tail_anew, tail_for

LOOKS_EVERY_S = 0.4  # so that the end of a posting is seen well within a second
LIFE_S = float(os.environ.get("SUAR_TAIL_S", "60"))
MOST_BYTES = 48 * 1024  # less than the server keeps for one reader before it makes us wait
BREATH_S = 10.0  # a line that says nothing, so that whoever went away is noticed
COMES_BACK_MS = 1_000
#: A quarter of the program's threads, as for those who wait at the feed.
MOST = max(1, int(settings.DATABASES["default"].get("OPTIONS", {}).get("pool", {}).get("max_size", 8)) // 4)
RETRY_AFTER_S = 30
PLACES = threading.BoundedSemaphore(MOST)


@never_cache
@require_GET
def page(request: Request) -> HttpResponse:
    """The last events; with scripts it goes on by itself, without them the page comes anew every few seconds."""
    tailed = latest_tail_for(request.act(), request.GET.get("agency", ""))
    return render(request, "exchange/tail.html", {"tailed": tailed, "events": list(reversed(tailed.events))})


@never_cache
@require_GET
def stream(request: Request) -> HttpResponse | StreamingHttpResponse:
    after = request.headers.get("Last-Event-ID", "") or request.GET.get("after", "")
    first = tail_for(
        request.act(), request.GET.get("agency", ""), after
    )  # what is refused is refused before the first byte
    if not PLACES.acquire(blocking=False):
        return HttpResponse(status=503, headers={"Retry-After": str(RETRY_AFTER_S)}, content_type="text/plain")
    # Said to be as it is: what packs answers on their way would hold lines back until there are enough of them.
    kept = {"X-Accel-Buffering": "no", "Content-Encoding": "identity"}
    return StreamingHttpResponse(Tail(request.again, first), content_type="text/event-stream", headers=kept)


class Tail(Iterator[bytes]):
    """The stream of one who watches. It gives its place back when it ends, is closed, or is forgotten, whichever comes first."""

    def __init__(self, again: Callable[[], Act], first: Tailed) -> None:
        self.again, self.agency, self.after = again, first.agency, first.next
        self._first: Tailed | None = first
        self.ends, self.breathed, self.written = time.monotonic() + LIFE_S, time.monotonic(), 0
        self._held, self._over = True, False

    def __next__(self) -> bytes:
        if self._over:
            self.close()
            raise StopIteration
        try:
            said = self.begin(self._first) if self._first else self.wait()
        except Refusal as error:
            said = frame("ended", {"code": error.code})
            self._over = True
        except BaseException:
            self.close()
            raise
        self.written += len(said)
        self._over = self._over or self.written >= MOST_BYTES or time.monotonic() >= self.ends
        return said

    def begin(self, first: Tailed) -> bytes:
        self._first = None
        return f"retry: {COMES_BACK_MS}\n\n".encode() + passed(first)

    def wait(self) -> bytes:
        """Until something passes, breath is due, or the time is over."""
        while True:
            time.sleep(LOOKS_EVERY_S)
            if said := self.look():
                return said
            at = time.monotonic()
            if at - self.breathed >= BREATH_S or at >= self.ends:
                self.breathed = at
                return b": \n\n"

    def look(self) -> bytes:
        """What passed since, as one frame. Refuses what the door refuses, by who watches now."""
        tailed = tail_anew(self.again, self.agency, self.after)
        self.after = tailed.next
        return passed(tailed)

    def close(self) -> None:
        if self._held:
            self._held, self._over = False, True
            PLACES.release()

    __del__ = close


def passed(tailed: Tailed) -> bytes:
    """One frame for all that passed, with the place behind it; nothing where nothing passed."""
    return frame("passed", [asdict(one) for one in tailed.events], tailed.next) if tailed.events else b""


def frame(event: str, said: object, id_: str = "") -> bytes:
    named = f"id: {id_}\n".encode() if id_ else b""
    return named + f"event: {event}\n".encode() + b"data: " + orjson.dumps(said) + b"\n\n"
