"""Records wait outside while the desks need all there is: told so, and with nothing of them kept."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from suar.intake.actions import push as pushing
from suar.site.pace import FEW, LATELY_SECONDS, MOST_UNDER_WAY, SUFFERS_MS, Pace, pace
from tests import cast

SECRET = "rahasia-uji"


@pytest.fixture
def siapkerja(db: None, settings: Any, tmp_path: Path) -> None:
    cast.adopt()
    settings.HOME = tmp_path
    (tmp_path / "sources.json").write_text(json.dumps({"siapkerja": {"base": "", "push_secret": SECRET}}))


def batches(words: str = "SELECT id::text FROM intake_batch ORDER BY id") -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('suar.may_read', '*', true)")
        cursor.execute(words)
        return [row[0] for row in cursor.fetchall()]


def push(delivery: str) -> Any:
    body, stamp = b'{"from": 1, "to": 1, "events": [{"eventId": "a"}]}', str(int(time.time()))
    sign = hmac.new(SECRET.encode(), f"{delivery}.{stamp}.".encode() + body, hashlib.sha256).hexdigest()
    headers = {
        "X-Siapkerja-Delivery": delivery,
        "X-Siapkerja-Timestamp": stamp,
        "X-Siapkerja-Signature": f"v1={sign}",
    }
    return Client().post("/api/v1/push/siapkerja/push", body, content_type="application/json", headers=headers)


def test_while_many_questions_are_under_way_a_delivery_is_told_to_come_again_and_then_taken(siapkerja: None) -> None:
    with ExitStack() as desks:
        for _ in range(MOST_UNDER_WAY):
            desks.enter_context(pace.question())
        told = push("d-1")
    assert (told.status_code, told.json()["code"], int(told["Retry-After"]) > 0) == (429, "push.wait", True)
    assert not batches()
    taken = push("d-1")
    assert taken.status_code == 202 and batches() == taken.json()["batches"]


def test_a_source_whose_deliveries_wait_to_be_placed_is_told_to_come_again(
    siapkerja: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pushing, "MOST_WAITING", 2)
    push("d-1")
    assert len(batches("UPDATE intake_batch SET state = 'read' RETURNING id")) == 1
    assert [push(name).status_code for name in ("d-2", "d-3")] == [202, 429] and len(batches()) == 2


@pytest.mark.parametrize(("ms", "crowded"), [(SUFFERS_MS + 1, True), (SUFFERS_MS / 2, False)])
def test_slow_answers_close_the_door_and_quick_ones_open_it_again(
    ms: float, crowded: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock, own = [100.0], Pace()
    monkeypatch.setattr("suar.site.pace.time.perf_counter", lambda: clock[0])
    for _ in range(FEW * 2):
        with own.question():
            clock[0] += ms / 1000
    assert own.crowded() is crowded
    clock[0] += LATELY_SECONDS + 1
    assert not own.crowded(), "what was slow some seconds ago says nothing of now"


def test_one_slow_answer_among_many_closes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    clock, own = [100.0], Pace()
    monkeypatch.setattr("suar.site.pace.time.perf_counter", lambda: clock[0])
    for number in range(60):
        with own.question():
            clock[0] += 0.9 if number == 30 else 0.01
    assert not own.crowded()


def test_a_question_at_the_desk_counts_as_under_way_and_a_page_that_is_read_does_not(siapkerja: None) -> None:
    seen: list[int] = []
    cast.seated(cast.BIMA)
    before = len(pace._ended)
    client = cast.browser(cast.BIMA)
    client.get("/meja/")
    seen.append(len(pace._ended) - before)
    client.post(
        "/meja/", {"purpose": "departure", "full_name": "Sari", "reference": "R-1", "declared_purpose": "tourism"}
    )
    seen.append(len(pace._ended) - before)
    assert seen == [0, 1]
