"""What the kit believes: only what the hub signed, byte for byte."""

from __future__ import annotations

import base64
from typing import Any

import joserfc.jwk
import pytest
import rfc8785
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from joserfc import jwt

from client.suar_client import BadSignature, Keys, verified
from client.suar_client.signing import assertion, canonical

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
EVENT = {
    "specversion": "1.0",
    "id": "01",
    "type": "id.suar.record.accepted",
    "keyid": "k1",
    "data": {"giver": "kp2mi", "classes": ["é", "record"]},
}


def published(*keys: tuple[str, Ed25519PrivateKey]) -> dict[str, Any]:
    return {
        "keys": [
            {"kid": kid, "x": text(key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw))} for kid, key in keys
        ]
    }


def text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def signed(event: dict[str, Any], key: Ed25519PrivateKey = KEY) -> dict[str, Any]:
    """Signed by another implementation of RFC 8785 than the kit's."""
    return event | {"signature": text(key.sign(rfc8785.dumps(event)))}


def test_what_the_hub_signed_is_believed() -> None:
    event = signed(EVENT)
    assert verified(event, Keys(lambda: published(("k1", KEY)))) == event


@pytest.mark.parametrize(
    "change",
    [
        {"id": "02"}, {"data": {"giver": "polri", "classes": ["é", "record"]}}, {"signature": ""}, {"signature": "!"}, {"keyid": "k2"},
        {"more": 1}, {"data": {"amount": 1.5}},
    ],
)  # fmt: skip
def test_what_was_changed_since_is_not(change: dict[str, Any]) -> None:
    with pytest.raises(BadSignature):
        verified(signed(EVENT) | change, Keys(lambda: published(("k1", KEY))))


def test_a_key_that_is_new_is_fetched_once_and_the_old_one_stays_good() -> None:
    other, fetched = Ed25519PrivateKey.generate(), [0]

    def fetch() -> dict[str, Any]:
        fetched[0] += 1
        return published(("k1", KEY)) if fetched[0] == 1 else published(("k2", other), ("k1", KEY))

    keys = Keys(fetch)
    verified(signed(EVENT), keys)
    verified(signed(EVENT), keys)
    assert fetched == [1]
    verified(signed(EVENT | {"keyid": "k2"}, other), keys)
    verified(signed(EVENT), keys)
    assert fetched == [2]


@pytest.mark.parametrize(
    "value", [{}, {"b": 1, "a": [True, None, "é\n"]}, [{"z": {"y": "\u20ac", "x": -1}}], "text", {"q": '"\\/\u007f'}]
)
def test_the_kit_s_canonical_form_is_rfc_8785(value: Any) -> None:
    assert canonical(value) == rfc8785.dumps(value)


def test_our_assertion_is_a_jwt_that_another_library_reads() -> None:
    public = joserfc.jwk.OKPKey.import_key(
        {"kty": "OKP", "crv": "Ed25519", "x": text(KEY.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw))}
    )
    claims = jwt.decode(assertion("kp2mi-sistem", "https://hub/api/v1/token", KEY), public, algorithms=["EdDSA"]).claims
    assert (claims["iss"], claims["sub"], claims["aud"]) == ("kp2mi-sistem", "kp2mi-sistem", "https://hub/api/v1/token")
    assert 0 < claims["exp"] - claims["iat"] <= 300 and len(claims["jti"]) >= 32
