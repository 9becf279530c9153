"""A pushed message is taken once, by source and message id, within 300 s of when it was signed; never by the bytes of its signature."""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from suar.intake.actions import push as pushing
from tests import cast, database

SECRET = "rahasia-uji"
BODY = b'{"from": 1, "to": 1, "events": [{"eventId": "a"}]}'
OTHER = b'{"from": 1, "to": 1, "events": [{"eventId": "b"}]}'


def prepared(settings: Any, tmp_path: Path) -> None:
    cast.adopt()
    settings.HOME = tmp_path
    (tmp_path / "sources.json").write_text(json.dumps({"siapkerja": {"base": "", "push_secret": SECRET}}))


@pytest.fixture
def siapkerja(db: None, settings: Any, tmp_path: Path) -> None:
    prepared(settings, tmp_path)


def signed(id_: str, stamp: str, body: bytes, secret: str = SECRET) -> str:
    return hmac.new(secret.encode(), f"{id_}.{stamp}.".encode() + body, hashlib.sha256).hexdigest()


def push(
    id_: str = "d-1", *, ago: int = 0, body: bytes = BODY, sign: str = "", stamp: str = "", shown_id: str | None = None
) -> Any:
    at = stamp or str(int(time.time()) - ago)
    headers = {
        "X-Siapkerja-Delivery": id_ if shown_id is None else shown_id, "X-Siapkerja-Timestamp": at,
        "X-Siapkerja-Signature": f"v1={sign or signed(id_, at, body)}",
    }  # fmt: skip
    return Client().post("/api/v1/push/siapkerja/push", body, content_type="application/json", headers=headers)


def kept() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('suar.may_read', '*', false)")
        cursor.execute("SELECT count(*) FROM intake_batch")
        return int(cursor.fetchone()[0])


def test_the_same_message_gets_the_same_receipt_however_it_comes_again(siapkerja: None) -> None:
    first = push(ago=200)
    assert first.status_code == 202 and kept() == 1
    again = [
        push(ago=200),
        push(ago=100),
        push(),
    ]  # as it was; and signed anew, so that no byte of the signature is the same
    assert {(one.status_code, *one.json()["batches"]) for one in again} == {(202, *first.json()["batches"])}
    assert kept() == 1
    other = push(body=OTHER)
    assert (other.status_code, other.json()["code"], kept()) == (409, "push.other_body", 1)


def replayed() -> list[str]:
    """Which wrong messages are taken."""
    now = str(int(time.time()))
    ways = {
        "signed 310 s ago": push(ago=310),
        "signed in 310 s": push(ago=-310),
        "under another id": push("d-1", shown_id="d-2"),
        "without an id": push("", body=BODY),
        "with another time": push(stamp=now, sign=signed("d-1", str(int(now) - 310), BODY)),
        "with another body": push(sign=signed("d-1", now, OTHER), stamp=now),
        "by another key": push(stamp=now, sign=signed("d-1", now, BODY, "rahasia-lain")),
        "at no time": push(stamp="kemarin"),
        "at a fraction": push(stamp=f"{now}.0"),
        "in other letters": push(stamp=now, sign=signed("d-1", now, BODY).upper()),
    }
    return [way for way, answer in ways.items() if answer.status_code != 401]


def test_an_old_a_moved_or_a_forged_message_is_refused_and_nothing_of_it_is_kept(siapkerja: None) -> None:
    assert replayed() == [] and kept() == 0


def test_the_twin_without_a_window_takes_old_ones(siapkerja: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pushing, "WINDOW_S", 10**9)
    assert replayed() == ["signed 310 s ago", "signed in 310 s"]


def test_the_same_message_over_many_lines_at_once_is_kept_once(
    cloned_database: database.Copy, settings: Any, tmp_path: Path
) -> None:
    prepared(settings, tmp_path)
    stamp, answers = str(int(time.time())), []

    def send() -> None:
        answers.append(push(stamp=stamp))
        connection.close()

    lines = [threading.Thread(target=send) for _ in range(6)]
    for one in lines:
        one.start()
    for one in lines:
        one.join()
    assert {one.status_code for one in answers} == {202}
    assert len({str(one.json()["batches"]) for one in answers}) == 1 and kept() == 1
