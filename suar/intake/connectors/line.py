"""One question over HTTP at a time, on a connection kept open for each thread: what stands between a traveller and his answer costs little."""

from __future__ import annotations

import functools
import http.client
import json
import ssl
import threading
from collections.abc import Mapping
from typing import Any
from urllib.parse import SplitResult, urlsplit

Line = http.client.HTTPConnection
#: What a server says that closed a connection in between: nothing at all. Asked anew on a fresh one, it may answer.
CLOSED = (http.client.RemoteDisconnected, ConnectionResetError, BrokenPipeError)
_lines = threading.local()


def post(address: str, body: Mapping[str, Any], *, seconds: float) -> bytes:
    """What the server answers, with whatever status. Raises TimeoutError; OSError and HTTPException where nobody answers as HTTP says."""
    parts = urlsplit(address)
    place = f"{parts.scheme}://{parts.netloc}"
    kept: dict[str, Line] = _lines.__dict__
    said = json.dumps(body, separators=(",", ":")).encode()
    if place in kept:
        try:
            return asked(kept, place, parts, said, seconds)
        except CLOSED:
            pass
    kept[place] = opened(parts)
    return asked(kept, place, parts, said, seconds)


def asked(kept: dict[str, Line], place: str, parts: SplitResult, said: bytes, seconds: float) -> bytes:
    """One try. A connection on which anything went wrong is never used again."""
    line = kept.pop(place)
    line.timeout = seconds
    if line.sock:
        line.sock.settimeout(seconds)
    try:
        line.request("POST", parts.path or "/", said, {"Content-Type": "application/json"})
        answer = line.getresponse().read()
    except BaseException:
        line.close()
        raise
    kept[place] = line
    return answer


def opened(parts: SplitResult) -> Line:
    if parts.scheme == "https":
        return http.client.HTTPSConnection(str(parts.hostname), parts.port, context=trusted())
    return Line(str(parts.hostname), parts.port)


@functools.cache
def trusted() -> ssl.SSLContext:
    return ssl.create_default_context()
