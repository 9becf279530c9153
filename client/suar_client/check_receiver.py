"""Is this receiver of webhooks right? The kit plays the hub, with a key of its own that the receiver is told to trust for the test."""

from __future__ import annotations

import base64
import json
import secrets
import socket
import time
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

import httpx
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from .report import Report

SLOWEST_S = 5.0
TRIED = 20
OLD_S = 900


@dataclass(frozen=True, slots=True)
class Sent:
    """One delivery, as it goes over the wire."""

    id: str
    stamp: int
    body: bytes
    signature: str

    @property
    def headers(self) -> dict[str, str]:
        return {
            "content-type": "application/cloudevents+json",
            "webhook-id": self.id,
            "webhook-timestamp": str(self.stamp),
            "webhook-signature": self.signature,
        }


def check_receiver(url: str, key: Ed25519PrivateKey) -> Report:
    """Every check that can be made from outside: signature, replay, repetition, order, unknown things, garbage, a cut line, speed."""
    report = Report()
    with httpx.Client(timeout=SLOWEST_S * 2, follow_redirects=False) as http:
        genuine = signed(key, event_of(1))

        def answers(name: str, sent: Sent, well: bool) -> None:
            report.check(
                name, lambda: judged(http.post(url, content=sent.body, headers=sent.headers).status_code, well)
            )

        answers("a genuine event is taken", genuine, True)
        answers("the same delivery again is taken, and does nothing", genuine, True)
        answers("an event that happened earlier is taken", signed(key, event_of(0)), True)
        answers(
            "a type that the receiver does not know is taken",
            signed(key, event_of(2, type="id.suar.thing.unheard_of")),
            True,
        )
        answers("an attribute that the receiver does not know is taken", signed(key, event_of(3, newer="yes")), True)
        answers("a changed body is refused", replace(genuine, body=genuine.body.replace(b"record", b"person")), False)
        answers("a swapped id is refused", replace(genuine, id=secrets.token_hex(16)), False)
        answers("a delivery of a quarter of an hour ago is refused", signed(key, event_of(4), at=-OLD_S), False)
        answers("a delivery from the future is refused", signed(key, event_of(5), at=OLD_S), False)
        answers("a strange key is refused", signed(Ed25519PrivateKey.generate(), event_of(6)), False)
        answers("no signature is refused", replace(genuine, signature=""), False)
        answers("garbage is refused", replace(genuine, body=secrets.token_bytes(300)), False)
        report.check("a line cut in the middle harms nothing", lambda: cut(url, genuine))
        answers("and the next event is taken", signed(key, event_of(7)), True)
        report.check(f"{TRIED} events, each answered within {SLOWEST_S:g} s", lambda: speed(http, url, key))
    return report


def judged(status: int, well: bool) -> tuple[bool, str]:
    """Taken is 2xx. Refused is 4xx: 5xx would be tried again for three days."""
    right = 200 <= status < 300 if well else 400 <= status < 500
    return right, f"{status}" + ("" if right else f", wanted {'2xx' if well else '4xx'}")


def event_of(number: int, **more: Any) -> dict[str, Any]:
    return {
        "specversion": "1.0",
        "id": f"{number:012x}{secrets.token_hex(10)}",
        "source": "/suar",
        "type": "id.suar.record.accepted",
        "time": f"2026-01-01T00:00:{number:02d}+00:00",
        "datacontenttype": "application/json",
        "data": {"thing": secrets.token_hex(16), "giver": "trial", "classes": ["record"], "effect": "accepted"},
    } | more


def signed(key: Ed25519PrivateKey, event: dict[str, Any], *, at: int = 0) -> Sent:
    body = json.dumps(event, sort_keys=True, separators=(",", ":")).encode()
    stamp, id_ = int(time.time()) + at, str(event["id"])
    text = base64.b64encode(key.sign(f"{id_}.{stamp}.".encode() + body)).decode()
    return Sent(id_, stamp, body, f"v1a,{text}")


def cut(url: str, sent: Sent) -> tuple[bool, str]:
    """Half of the body under the length of the whole, and gone."""
    parts = urlsplit(url)
    if parts.scheme != "http":
        return True, "not tried over TLS"
    lines = [f"POST {parts.path or '/'} HTTP/1.1", f"host: {parts.netloc}", f"content-length: {len(sent.body)}"]
    lines += [f"{name}: {value}" for name, value in sent.headers.items()]
    with socket.create_connection((parts.hostname or "", parts.port or 80), timeout=SLOWEST_S) as line:
        line.sendall(("\r\n".join(lines) + "\r\n\r\n").encode() + sent.body[: len(sent.body) // 2])
    return True, "sent"


def speed(http: httpx.Client, url: str, key: Ed25519PrivateKey) -> tuple[bool, str]:
    times = []
    for number in range(TRIED):
        sent, started = signed(key, event_of(10 + number)), time.monotonic()
        status = http.post(url, content=sent.body, headers=sent.headers).status_code
        times.append(time.monotonic() - started)
        if not 200 <= status < 300:
            return False, f"{status} at the {number + 1}."
    return max(times) <= SLOWEST_S, f"the slowest took {max(times):.2f} s"
