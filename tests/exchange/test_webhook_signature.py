"""The signature: Standard Webhooks' own vector, RFC 8032's, what a receiver must refuse, and what it would not notice were less signed."""

from __future__ import annotations

import base64
import json
import time
from pathlib import Path
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.test import override_settings

from suar.core.webhook import signed_text
from suar.vault.keyring import make_rings
from suar.vault.queries import webhook
from tests.exchange import rfc8032
from tests.exchange.receiver import Unverified, verified

#: standard-webhooks: libraries/go/webhook_asymmetric_test.go, TestAsymmetricWebhookSign.
SEED = base64.b64decode("VEVTVFNJR05JTkdLRVlET05PVFVTRVRISVNGT1JBTlk=")
ID, STAMP, BODY = "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}'
SAID = "v1a,tQ9V2XOqn7jL/DQenEFpqIugdBVtiMmER5mhSkXBNwM0mkATuDe6KYYUuxqtaiHeYGb7KaaBRdM5WqyeFiL8Ag=="
KEY = Ed25519PrivateKey.from_private_bytes(SEED)
PUBLIC = "whpk_" + base64.b64encode(KEY.public_key().public_bytes_raw()).decode()
HEAD = {"webhook-id": ID, "webhook-timestamp": str(STAMP), "webhook-signature": SAID}
#: RFC 8032 section 7.1, TEST 2 and TEST 3: public key, message, signature.
RFC = [
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ),
    (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    ),
]  # fmt: skip
ENDPOINT = UUID("0193f000-0000-7000-8000-000000000001")


@pytest.fixture
def signing_with_the_vector(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webhook, "signers", lambda endpoint: [KEY])


def test_we_sign_as_the_public_vector_of_standard_webhooks_says(signing_with_the_vector: None) -> None:
    assert webhook.signatures(ENDPOINT, ID, STAMP, BODY) == SAID
    assert webhook.public_keys(ENDPOINT) == [PUBLIC]


def test_the_receiver_written_apart_takes_the_vector_and_those_of_rfc_8032() -> None:
    assert verified(HEAD, BODY, [PUBLIC], at=STAMP) == ID
    for public, text, signature in RFC:
        assert rfc8032.verified(bytes.fromhex(public), bytes.fromhex(text), bytes.fromhex(signature))
        assert not rfc8032.verified(bytes.fromhex(public), bytes.fromhex(text) + b"x", bytes.fromhex(signature))


#: The cases of Standard Webhooks' libraries, with this vector.
REFUSED: dict[str, dict[str, str | None]] = {
    "no id": {"webhook-id": None},
    "no timestamp": {"webhook-timestamp": None},
    "no signature": {"webhook-signature": None},
    "another id": {"webhook-id": "msg_another"},
    "another timestamp": {"webhook-timestamp": str(STAMP + 1)},
    "a timestamp that is none": {"webhook-timestamp": "hello"},
    "another signature": {"webhook-signature": "v1a,Ceo5qEr07ixe2NLpvHk3FH9bwy/WavXrAFQ/9tdO6mc="},
    "part of a signature": {"webhook-signature": "v1a,"},
    "of another kind": {"webhook-signature": SAID.replace("v1a,", "v1,")},
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_was_changed_on_its_way_is_refused(name: str) -> None:
    changed = {key: said for key, said in {**HEAD, **REFUSED[name]}.items() if said is not None}
    with pytest.raises(Unverified):
        verified(changed, BODY, [PUBLIC], at=STAMP)


@pytest.mark.parametrize("off", [-301, 301])
def test_what_is_too_old_or_not_yet_is_refused(off: int) -> None:
    with pytest.raises(Unverified):
        verified(HEAD, BODY, [PUBLIC], at=STAMP + off)


def test_one_of_several_signatures_suffices_so_that_keys_change_without_a_pause(tmp_path: Path) -> None:
    with override_settings(KEYS=str(tmp_path)):
        make_rings(tmp_path)
        old = webhook.public_keys(ENDPOINT)
        held = json.loads((tmp_path / "webhook.json").read_text())["keys"]
        (tmp_path / "webhook.json").write_text(json.dumps({"keys": held | {"2": base64.b64encode(b"n" * 32).decode()}}))
        stamp = int(time.time())
        said = webhook.signatures(ENDPOINT, ID, stamp, BODY)
        new = webhook.public_keys(ENDPOINT)
        head = {"webhook-id": ID, "webhook-timestamp": str(stamp), "webhook-signature": said}
        assert len(said.split(" ")) == 2 and new[1:] == old
        assert verified(head, BODY, old, at=stamp) == verified(head, BODY, new[:1], at=stamp) == ID


def test_what_was_sent_to_one_endpoint_is_no_message_to_another() -> None:
    other = UUID(int=ENDPOINT.int + 1)
    stamp = int(time.time())
    head = {
        "webhook-id": ID,
        "webhook-timestamp": str(stamp),
        "webhook-signature": webhook.signatures(ENDPOINT, ID, stamp, BODY),
    }
    assert verified(head, BODY, webhook.public_keys(ENDPOINT), at=stamp) == ID
    with pytest.raises(Unverified):
        verified(head, BODY, webhook.public_keys(other), at=stamp)


def test_the_twin_that_signs_the_body_alone_would_let_an_id_be_exchanged(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both sides of the planted bug: then another id, or another time, passes with the same signature."""
    monkeypatch.setattr(webhook, "signed_text", lambda id_, timestamp, body: body)
    one = webhook.signatures(ENDPOINT, ID, STAMP, BODY)
    assert one == webhook.signatures(ENDPOINT, "msg_another", STAMP + 200, BODY)
    with pytest.raises(Unverified):  # and who verifies as he should refuses all of it
        verified(HEAD | {"webhook-signature": one}, BODY, webhook.public_keys(ENDPOINT), at=STAMP)
    assert signed_text(ID, STAMP, BODY) != signed_text("msg_another", STAMP, BODY)


def test_keys_that_others_may_read_are_not_used(tmp_path: Path) -> None:
    with override_settings(KEYS=str(tmp_path)):
        make_rings(tmp_path)
        (tmp_path / "webhook.json").chmod(0o640)
        with pytest.raises(PermissionError):
            webhook.public_keys(ENDPOINT)
