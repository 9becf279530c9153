"""What an agency asks over NATS is answered as over HTTP, to the byte, past the same checks; and while all are at work it is told so at once."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import nats as client
import pytest
from django.core.wsgi import get_wsgi_application
from django.db import connection, transaction
from nats.aio.client import Client as Line

from suar.agencies.access import as_hub
from suar.site import answering
from suar.site.answering import ASKED, Desk, answer_agencies, answered
from suar.site.running import nats
from suar.site.running.home import Home
from suar.site.running.nats import Broker
from tests import cast, database
from tests.exchange.machines import Machine
from tests.ports import free_port
from tests.site.running.conftest import folder_open_to_all
from tests.site.running.waiting import wait_until

QUESTION = {
    "purpose": "departure", "desk": cast.BIMA.desk, "lane": "A1", "officer": "", "reference": "CGK-A1-1",
    "traveller": {"full_name": "Zulkarnaen Batubara", "passport_no": "X9900777"}, "journey": {"destination": "MYS"},
}  # fmt: skip


@pytest.fixture
def broker() -> Iterator[Broker]:
    with folder_open_to_all("suar-") as folder:
        home = Home(folder / ".suar")
        home.make()
        made = Broker(home=home, port=free_port(4300), agencies=("imigrasi", "kp2mi"))
        process = made.start()
        wait_until(made.answers)
        yield made
        nats.stop(process)


@pytest.fixture
def asked_by(cloned_database: database.Copy, broker: Broker, settings: Any) -> Callable[..., Any]:
    """Runs something over an agency's own line while the hub answers."""
    cast.adopt()
    for seat in (cast.BIMA, cast.ARIF):
        cast.seated(seat)
    settings.NATS_URL = f"nats://127.0.0.1:1,{broker.url()}"  # the first node of the cluster is away
    application = get_wsgi_application()

    def run(agency: str, do: Callable[[Line], Awaitable[Any]]) -> Any:
        async def whole() -> Any:
            stop = threading.Event()
            hub = asyncio.create_task(answer_agencies(stop.is_set, application))
            line = await client.connect(broker.url(agency), allow_reconnect=False)
            try:
                await asyncio.sleep(0.5)
                return await do(line)
            finally:
                await line.close()
                stop.set()
                await hub

        return asyncio.run(whole())

    return run


async def put(line: Line, subject: str, told: Any, **headers: str) -> tuple[int, bytes]:
    body = told if isinstance(told, bytes) else json.dumps(told).encode()
    words = {name.replace("_", "-"): value for name, value in headers.items()}
    answer = await line.request(subject, body, timeout=30, headers=words or None)
    assert answer.headers
    return int(answer.headers["Status"]), answer.data


def bearer(machine: Machine, key: str = "") -> dict[str, str]:
    return {"Authorization": f"Bearer {machine.token}", "Accept_Language": "en"} | (
        {"Idempotency_Key": key} if key else {}
    )


def entries() -> list[str]:
    with transaction.atomic(), connection.cursor() as cursor:
        as_hub()
        cursor.execute("SELECT what FROM audit_entry ORDER BY id")
        return [what for (what,) in cursor.fetchall()]


#: What is put over both, and must be answered alike: a body, the agency whose token it carries, the scope of the token, an idempotency key.
ALIKE: dict[str, tuple[Any, str, tuple[str, ...]]] = {
    "answered": (QUESTION, "imigrasi", ("screening",)),
    "no scope": (QUESTION, "imigrasi", ("health",)),
    "a desk that nobody opened": (QUESTION | {"desk": "NOWHERE"}, "imigrasi", ("screening",)),
    "no reference": (QUESTION | {"reference": ""}, "imigrasi", ("screening",)),
    "nobody": (QUESTION | {"traveller": {}}, "imigrasi", ("screening",)),
    "odd purpose": (QUESTION | {"purpose": "leisure"}, "imigrasi", ("screening",)),
    "no json": (b"{", "imigrasi", ("screening",)),
}


def test_the_same_question_has_the_same_bytes_status_and_trace_over_both(asked_by: Callable[..., Any]) -> None:
    seen = {}
    for number, (name, (told, agency, scopes)) in enumerate(ALIKE.items()):
        machine, key = Machine(agency, scopes=scopes), f"k-{number}"
        before = len(entries())

        async def over_nats(line: Line) -> tuple[int, bytes]:
            return await put(line, "ask.imigrasi.screening", told, **bearer(machine, key))  # noqa: B023

        first = asked_by("imigrasi", over_nats)
        mine = entries()[before:]
        body = told if isinstance(told, bytes) else json.dumps(told)
        answer = machine.browser.post(
            "/api/v1/screenings", body, content_type="application/json", headers={"Idempotency-Key": key}
        )
        assert first == (answer.status_code, answer.content), name
        theirs = entries()[before + len(mine) :]
        seen[name] = (first[0], mine, theirs)
    assert seen["answered"][0] == 201 and "screening.made" in seen["answered"][1]
    assert "screening.made" not in seen["answered"][2], "the same key is the same screening, whichever way it is asked"
    assert "screening.seen" in seen["answered"][2], "whoever is told again leaves a trace again"
    assert {name: status for name, (status, *_) in seen.items() if status == 201} == dict.fromkeys(
        ("answered", "a desk that nobody opened"), 201
    )


def test_a_token_opens_only_in_its_own_agencys_account_and_without_one_nothing_is_said(
    asked_by: Callable[..., Any],
) -> None:
    machine = Machine("imigrasi", scopes=("screening",))

    async def stolen(line: Line) -> list[int]:
        return [
            (await put(line, "ask.kp2mi.screening", QUESTION, **bearer(machine)))[0],
            (await put(line, "ask.kp2mi.screening", QUESTION))[0],
            (
                await put(
                    line,
                    "ask.kp2mi.verification",
                    {"what": "e_pmi", "number": "1", "reference": "K-1"},
                    **bearer(machine),
                )
            )[0],
        ]

    assert asked_by("kp2mi", stolen) == [401, 401, 401]

    async def elsewhere(line: Line) -> None:
        with pytest.raises((client.errors.NoRespondersError, client.errors.TimeoutError)):
            await line.request("ask.imigrasi.screening", b"{}", timeout=1)

    asked_by("kp2mi", elsewhere)


def test_the_twin_that_takes_the_token_alone_answers_in_another_agencys_account(
    asked_by: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The planted bug: the request does not say in whose account it was asked."""
    monkeypatch.setattr(answering, "ACCOUNT", "suar.somewhere")
    machine = Machine("imigrasi", scopes=("screening",))

    async def stolen(line: Line) -> int:
        return (await put(line, "ask.kp2mi.screening", QUESTION, **bearer(machine)))[0]

    assert asked_by("kp2mi", stolen) == 201


def test_a_verification_is_asked_the_same_way(asked_by: Callable[..., Any]) -> None:
    machine = Machine("kp2mi", scopes=("screening",))

    async def ask(line: Line) -> tuple[int, bytes]:
        return await put(
            line, "ask.kp2mi.verification", {"what": "e_pmi", "number": "E-1", "reference": "K-1"}, **bearer(machine)
        )

    status, body = asked_by("kp2mi", ask)
    assert status == 200 and json.loads(body)["outcome"] == "not_available"


def test_while_all_are_at_work_the_next_is_told_at_once(broker: Broker) -> None:
    holds = threading.Event()

    def slow(request: dict[str, Any], start: Callable[..., Any]) -> list[bytes]:
        holds.wait(10)
        start("200 OK", [("Content-Type", "application/json")])
        return [b"{}"]

    async def whole() -> tuple[list[int], float, list[int]]:
        hub = await client.connect(broker.url())
        desk = Desk(slow, at_once=2)
        for what in ASKED:
            await hub.subscribe(f"ask.*.{what}", queue="suar", cb=desk.hear)
        line = await client.connect(broker.url("kp2mi"))
        held = [asyncio.create_task(put(line, "ask.kp2mi.screening", {})) for _ in range(2)]
        await asyncio.sleep(0.3)
        began = time.perf_counter()
        more = [(await put(line, "ask.kp2mi.screening", {}))[0] for _ in range(5)]
        took = time.perf_counter() - began
        holds.set()
        first = [(await one)[0] for one in held]
        await line.close()
        await hub.close()
        desk.threads.shutdown()
        return more, took, first

    more, took, first = asyncio.run(whole())
    assert (more, first) == ([429] * 5, [200] * 2) and took < 2


def test_a_question_becomes_the_request_that_it_stands_for_and_no_other_header_goes_along() -> None:
    seen: list[dict[str, Any]] = []

    def application(request: dict[str, Any], start: Callable[..., Any]) -> list[bytes]:
        seen.append(request)
        start("204 No Content", [])
        return [b""]

    headers = {"authorization": "Bearer t", "X-Forwarded-For": "10.0.0.1", "Cookie": "sessionid=1", "Host": "elsewhere"}
    assert answered(application, "ask.kp2mi.screening", headers, b"{}").status == "204"
    (request,) = seen
    assert request["HTTP_AUTHORIZATION"] == "Bearer t" and request["suar.account"] == "kp2mi"
    assert not {"HTTP_COOKIE", "HTTP_X_FORWARDED_FOR"} & set(request) and request["HTTP_HOST"] != "elsewhere"
