"""`check-receiver` against receivers that are right, and against each that is wrong in one way."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from client.suar_client import BadSignature, verified_webhook
from client.suar_client.check_receiver import check_receiver, event_of, signed
from tests.client.servers import Answer, serving

KEY = Ed25519PrivateKey.generate()
Look = Callable[[Mapping[str, str], bytes], None]


def receiver(look: Look) -> Callable[[str, str, Mapping[str, str], bytes], Answer]:
    def answer(method: str, path: str, headers: Mapping[str, str], body: bytes) -> Answer:
        try:
            look(headers, body)
        except BadSignature:
            return 401, b"", {}
        except Exception:
            return 500, b"", {}
        return 204, b"", {}

    return answer


def right(headers: Mapping[str, str], body: bytes) -> None:
    verified_webhook(headers, body, [KEY.public_key()])


def test_a_receiver_made_with_the_kit_is_right() -> None:
    with serving(receiver(right)) as address:
        report = check_receiver(address, KEY)
    assert report.holds, report.written()
    assert len(report.lines) == 15 and "15 of 15 checks hold" in report.written()


def credulous(headers: Mapping[str, str], body: bytes) -> None:
    json.loads(body)


def timeless(headers: Mapping[str, str], body: bytes) -> None:
    verified_webhook(headers, body, [KEY.public_key()], now=float(headers["webhook-timestamp"]))


def strict(headers: Mapping[str, str], body: bytes) -> None:
    if verified_webhook(headers, body, [KEY.public_key()])["type"] != "id.suar.record.accepted":
        raise BadSignature


def once_only(seen: set[str]) -> Look:
    def look(headers: Mapping[str, str], body: bytes) -> None:
        right(headers, body)
        if headers["webhook-id"] in seen:
            raise BadSignature
        seen.add(headers["webhook-id"])

    return look


def clumsy(headers: Mapping[str, str], body: bytes) -> None:
    json.loads(body.decode())  # before the signature: garbage is a 500, to be tried for three days
    right(headers, body)


@pytest.mark.parametrize(
    ("look", "found"),
    [
        (
            credulous,
            {
                "a changed body is refused",
                "a swapped id is refused",
                "a strange key is refused",
                "no signature is refused",
            },
        ),
        (timeless, {"a delivery of a quarter of an hour ago is refused", "a delivery from the future is refused"}),
        (strict, {"a type that the receiver does not know is taken"}),
        (once_only(set()), {"the same delivery again is taken, and does nothing"}),
        (clumsy, {"garbage is refused"}),
    ],
)
def test_each_wrong_receiver_is_found(look: Look, found: set[str]) -> None:
    with serving(receiver(look)) as address:
        report = check_receiver(address, KEY)
    failed = {name for name, holds, _ in report.lines if not holds}
    assert failed >= found and not report.holds
    assert look is credulous or failed == found, report.written()


def test_a_receiver_that_is_not_there_fails_every_check_and_ends() -> None:
    report = check_receiver("http://127.0.0.1:9", KEY)
    assert len(report.lines) == 15 and not any(holds for _, holds, _ in report.lines)


def test_a_delivery_is_bound_to_its_id_its_time_and_its_body() -> None:
    sent = signed(KEY, event_of(1))
    assert verified_webhook(sent.headers, sent.body, [KEY.public_key()])["id"] == sent.id
    for name, value in (
        ("webhook-id", "other"),
        ("webhook-timestamp", str(sent.stamp + 1)),
        ("webhook-signature", "v1," + sent.signature[4:]),
    ):
        with pytest.raises(BadSignature):
            verified_webhook(sent.headers | {name: value}, sent.body, [KEY.public_key()])
    with pytest.raises(BadSignature):
        verified_webhook(sent.headers, sent.body, [KEY.public_key()], now=time.time() + 301)
    both = {"webhook-signature": f"v1a,AAAA {sent.signature}"}  # while a key is renewed, two signatures stand
    assert verified_webhook(sent.headers | both, sent.body, [KEY.public_key()])["id"] == sent.id
