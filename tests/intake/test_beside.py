"""A desk's question to Dukcapil goes beside what the desk reads meanwhile, and not before its entry in the log is committed."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connections, transaction

from suar.core.identity.person import Description
from suar.intake.queries import civil
from suar.intake.queries.civil import asking_dukcapil
from tests import cast, database
from tests.client.servers import Answer, serving

DESCRIBED = Description.of(cast.SARI)
AGREES = json.dumps({"content": [{"NIK": "Sesuai", "NAMA_LGKP": "Sesuai (100)"}]}).encode()


@pytest.fixture
def committed(cloned_database: database.Copy) -> None:
    cast.adopt()
    cast.agencies()


@contextmanager
def dukcapil(before: Callable[[], object]) -> Iterator[dict[str, dict[str, Any]]]:
    """Dukcapil's address; `before` is called when it has heard a question and not answered yet."""

    def answers(method: str, path: str, headers: Mapping[str, str], body: bytes) -> Answer:
        before()
        return 200, AGREES, {}

    with serving(answers) as base:
        yield {"dukcapil": {"base": base, "user": "u", "password": "p", "address": "a"}}


def asked_while_it_waits() -> str:
    """What comes of a question whose answer is held back until the desk has gone on."""
    gone_on = threading.Event()
    with dukcapil(lambda: gone_on.wait(30)) as told:
        answer = asking_dukcapil(DESCRIBED, told, act=cast.hub(cast.NOON))
        gone_on.set()
        return answer().outcome


def test_the_desk_goes_on_while_dukcapil_looks(committed: None) -> None:
    assert asked_while_it_waits() == "verdicts"


class AtOnce(Executor):
    """The twin: whoever asks waits."""

    def submit(self, what: Any, /, *told: Any, **named: Any) -> Future[Any]:
        done: Future[Any] = Future()
        done.set_result(what(*told, **named))
        return done


def test_the_twin_that_waits_hears_nothing_in_time(committed: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(civil, "beside", AtOnce)
    assert asked_while_it_waits() == "unreachable"


def entries() -> int:
    """Entries of the log that tell of questions, as another connection sees them."""
    try:
        with connections["owner"].cursor() as cursor:
            cursor.execute("SELECT count(*) FROM audit_entry WHERE what = 'civil.asked'")
            return int(cursor.fetchone()[0])
    finally:
        connections["owner"].close()


def test_the_entry_is_committed_before_a_word_leaves(committed: None) -> None:
    seen: list[int] = []
    with dukcapil(lambda: seen.append(entries())) as told:
        assert asking_dukcapil(DESCRIBED, told, act=cast.hub(cast.NOON))().outcome == "verdicts"
    assert seen == [1]


def test_inside_a_transaction_it_is_put_at_once(committed: None) -> None:
    heard: list[str] = []
    with dukcapil(lambda: heard.append("question")) as told, transaction.atomic():
        answer = asking_dukcapil(DESCRIBED, told, act=cast.hub(cast.NOON))
        assert heard == ["question"] and answer().outcome == "verdicts"


def test_whoever_need_not_be_asked_is_not(committed: None) -> None:
    with dukcapil(lambda: pytest.fail("asked")) as told:
        nameless = Description.of(cast.SARI | {"nik": ""})
        assert asking_dukcapil(nameless, told, act=cast.hub(cast.NOON))().outcome == "not_asked"
        assert asking_dukcapil(DESCRIBED, {}, act=cast.hub(cast.NOON))().fault == "source.not_set_up"
    assert entries() == 0
