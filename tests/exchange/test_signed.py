"""What an agency gets is the hub's word: signed, in the canonical form, and still to be verified when the key has changed."""

from __future__ import annotations

import base64
import hashlib
import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import rfc8785
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.test import Client

from suar.exchange.actions.renew_key import renew_key
from suar.exchange.queries import Row
from suar.exchange.queries.events import signed_event
from suar.site.auth import now, system_act
from suar.vault.keyring import make_rings
from suar.vault.queries import new_id
from tests import cast
from tests.exchange.rfc8032 import verified

pytestmark = pytest.mark.django_db(databases=["default", "protection"])


@pytest.fixture
def ring(tmp_path: Path, settings: Any) -> Iterator[Path]:
    """Keys of this test alone."""
    make_rings(tmp_path)
    settings.KEYS = tmp_path
    yield tmp_path


def row() -> Row:
    at = now()
    return Row("1", new_id(at), at, "record.accepted", "imigrasi", uuid4(), uuid4(), ["passport"], "accepted")


def published() -> dict[str, bytes]:
    """What anybody reads at the hub's door: key id to public key."""
    return {key["kid"]: raw(key["x"]) for key in Client().get("/api/v1/keys").json()["keys"]}


def raw(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def holds(body: bytes, keys: dict[str, bytes]) -> bool:
    """As a receiver verifies it: another canonical form and another Ed25519 than the hub's own."""
    event = json.loads(body)
    signature = raw(event.pop("signature"))
    return verified(keys[event["keyid"]], rfc8785.dumps(event), signature)


def test_another_implementation_verifies_what_the_hub_signed_and_finds_one_changed_letter(ring: Path) -> None:
    body = signed_event(row(), "kp2mi")
    assert holds(body, published())
    for was, is_ in ((b'"accepted"', b'"withdraw"'), (b'"imigrasi"', b'"kemnaker"'), (b"passport", b"crossing")):
        assert was in body and not holds(body.replace(was, is_, 1), published())


def test_an_event_is_in_its_canonical_form_itself(ring: Path) -> None:
    body = signed_event(row(), "kp2mi")
    assert rfc8785.dumps(json.loads(body)) == body


def test_a_new_key_signs_at_once_and_what_the_old_one_signed_stays_to_be_verified(ring: Path) -> None:
    first = signed_event(row(), "kp2mi")
    old = json.loads(first)["keyid"]
    new = renew_key(act=system_act("tests"))
    second = signed_event(row(), "kp2mi")
    assert json.loads(second)["keyid"] == new != old
    keys = published()
    assert list(keys) == [new, old]
    assert holds(first, keys) and holds(second, keys)
    assert not holds(second, {**keys, new: keys[old]})


def test_keys_that_change_while_events_are_signed_spoil_none(ring: Path) -> None:
    """A body names the key that signed it, also where a new one came in between."""
    bodies: list[bytes] = []
    done = threading.Event()

    def sign_on() -> None:
        while not done.is_set():
            bodies.append(signed_event(row(), "kp2mi"))

    signing = [threading.Thread(target=sign_on) for _ in range(4)]
    for one in signing:
        one.start()
    for _ in range(20):
        renew_key(act=system_act("tests"))
    done.set()
    for one in signing:
        one.join()
    keys = {kid: Ed25519PublicKey.from_public_bytes(key) for kid, key in published().items()}
    assert len(keys) == 21 and len({json.loads(body)["keyid"] for body in bodies}) > 5
    for body in bodies:
        event = json.loads(body)
        signature = raw(event.pop("signature"))
        keys[event["keyid"]].verify(signature, rfc8785.dumps(event))


def test_the_private_half_of_an_old_key_is_gone(ring: Path) -> None:
    renew_key(act=system_act("tests"))
    kept = json.loads((ring / "signing.json").read_text())
    assert [sorted(key) for key in kept["keys"].values()] == [["public"], ["private", "public"]]
    assert (ring / "signing.json").stat().st_mode & 0o077 == 0


#: The example of RFC 8785 section 3.2.2 without its floats, which are never signed here, and the properties' order of section 3.2.3.
EXAMPLE = {
    "numbers": [333333333, 4, 0],
    "string": '\u20ac$\u000f\nA\'B"\\\\"/',
    "literals": [None, True, False],
}
WRITTEN = '{"literals":[null,true,false],"numbers":[333333333,4,0],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}'


def test_the_canonical_form_is_that_of_the_example_of_rfc_8785() -> None:
    from suar.core.canonical import canonical

    assert canonical(EXAMPLE).decode() == WRITTEN == rfc8785.dumps(EXAMPLE).decode()  # type: ignore[arg-type]


def test_the_reference_of_the_test_is_that_of_rfc_8032() -> None:
    """Section 7.1, tests 1 to 3, and one bit wrong."""
    for public, message, signature in RFC_8032:
        assert verified(bytes.fromhex(public), bytes.fromhex(message), bytes.fromhex(signature))
        wrong = bytes.fromhex(signature)[:-1] + bytes([bytes.fromhex(signature)[-1] ^ 1])
        assert not verified(bytes.fromhex(public), bytes.fromhex(message), wrong)
    assert hashlib.sha512(b"").hexdigest().startswith("cf83e1357eefb8bd")


RFC_8032 = (
    ("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
     "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"),
    ("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
     "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"),
    ("fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
     "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"),
)  # fmt: skip


def test_a_key_file_that_others_may_read_signs_nothing(ring: Path) -> None:
    (ring / "signing.json").chmod(0o644)
    with pytest.raises(PermissionError):
        signed_event(row(), "kp2mi")


def test_the_renewal_of_a_key_stands_in_the_log(ring: Path) -> None:
    from suar.audit.models import Entry

    renew_key(act=cast.hub(now()))
    assert Entry.objects.filter(what="event_key.renewed").count() == 1
