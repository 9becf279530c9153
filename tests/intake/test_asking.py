"""An agency's own system asked while somebody waits: what it says, what its silence is, and when it is left alone for a while."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.urls import reverse

from suar.agencies.access import DoorShut, ReferenceMissing, as_hub
from suar.core.identity.person import Description
from suar.intake.access import asked_for
from suar.intake.connectors import verifying as connector
from suar.intake.queries import asking
from suar.intake.queries.breaker import RESTING, breaker, may_ask, note_outcome
from suar.intake.queries.civil import ask_dukcapil
from suar.intake.queries.verifying import NotShared, NotVerified, Verified, verify_number
from tests import cast
from tests.client.servers import Answer, serving
from tests.exchange.machines import Machine, agree
from tests.sandbox.running_nation import Running, make_home, running

pytestmark = pytest.mark.django_db(databases=["default", "protection"])
S = timedelta(seconds=1)
EPMI, GONE = "E-990001/2026", "E-999999/2026"
ROW = {"NO_EPMI": EPMI, "REVISI": 1, "TGL_UBAH": "01/11/2026 08:00:00", "ID_PMI": "1", "NIK": cast.SARI_NIK, "NAMA_PMI": "Sari Wulandari", "JK": "P",
       "TEMPAT_LAHIR": "Praya", "TGL_LAHIR": "12/05/1990", "NO_PENEMPATAN": "P-1", "NO_PASPOR": "X9900001", "JENIS": "CUTI", "NEGARA": "MYS",
       "TGL_TERBIT": "01/11/2026", "BERLAKU_SD": "01/11/2027", "STATUS": "TERBIT"}  # fmt: skip
DESCRIBED = Description.of(cast.SARI)


@pytest.fixture(autouse=True)
def policies(db: None) -> None:
    cast.adopt()
    cast.agencies()


def asked(
    address: Mapping[str, Any],
    *,
    what: str = "e_pmi",
    number: str = EPMI,
    at: datetime = cast.NOON,
    agency: str = "kp2mi",
) -> Verified:
    act = cast.machine(agency, at=at, purpose="placement_verification", reference="K-1")
    source = "simkim" if what == "passport" else "siskop2mi"
    return verify_number(what, number, {source: address}, act=act)


def said(result: Any, *, status: int = 200) -> Answer:
    return status, json.dumps({"sukses": status == 200, "kode": status, "pesan": "OK", "hasil": result}).encode(), {}


@contextmanager
def siskop2mi(answer: Callable[[], Answer]) -> Iterator[dict[str, Any]]:
    """SISKOP2MI as it might fail; how often it was asked stands under `asked`."""
    seen: list[str] = []

    def answers(method: str, path: str, headers: Mapping[str, str], body: bytes) -> Answer:
        seen.append(path)
        return answer()

    with serving(answers) as base:
        yield {"base": base, "api_key": "k", "asked": seen}


def found() -> Answer:
    return said({"ditemukan": True, "baris": ROW})


def slow() -> Answer:
    time.sleep(2.5)
    return found()


#: What is not an answer, and how it is called. None of it may ever be read as "there is none".
FAULTS: dict[str, tuple[Callable[[], Answer], str]] = {
    "slow": (slow, "source.timeout"),
    "garbage": (lambda: (200, b"\x00\xff<html>", {}), "source.answer"),
    "html": (lambda: (200, b"<html>Mohon maaf</html>", {}), "source.answer"),
    "empty": (lambda: (200, b"", {}), "source.answer"),
    "null": (lambda: (200, b"null", {}), "source.answer"),
    "half": (lambda: (200, found()[1][:200], {}), "source.answer"),
    "500": (lambda: said(None, status=500), "source.unreachable"),
    "503": (lambda: (503, b"pemeliharaan", {}), "source.unreachable"),
    "404": (lambda: said(None, status=404), "source.answer"),
    "key": (lambda: said(None, status=401), "source.refused"),
    "another row": (lambda: said({"ditemukan": True, "baris": ROW | {"NO_EPMI": "E-990002/2026"}}), "source.answer"),
    "no row": (lambda: said({"ditemukan": True}), "source.answer"),
    "unsaid": (lambda: said({}), "source.answer"),
    "unreadable row": (lambda: said({"ditemukan": True, "baris": ROW | {"REVISI": "x"}}), "source.answer"),
    "a page of rows": (lambda: said({"ditemukan": True, "baris": [ROW]}), "source.answer"),
}


@pytest.mark.parametrize("what", list(FAULTS))
def test_whatever_is_no_answer_is_not_available_and_never_a_no(what: str) -> None:
    answer, fault = FAULTS[what]
    begun = time.perf_counter()
    with siskop2mi(answer) as address:
        got = asked(address)
    assert (got.outcome, got.valid, got.values, got.fault) == ("not_available", None, {}, fault)
    assert time.perf_counter() - begun < 3.5


def test_nobody_there_is_not_available() -> None:
    with siskop2mi(found) as address:
        pass  # it listened, and does no more
    assert (asked(address).outcome, asked(address).fault) == ("not_available", "source.unreachable")


def test_the_budget_is_of_the_whole_answer_not_of_each_byte() -> None:
    """A server that drips: every single read is within its time."""
    import socket
    import threading

    with socket.create_server(("127.0.0.1", 0)) as server:

        def drip() -> None:
            line, _ = server.accept()
            with line:
                line.recv(65536)
                for byte in b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n" + b" " * 900:
                    try:
                        line.sendall(bytes([byte]))
                    except OSError:
                        return
                    time.sleep(0.2)

        threading.Thread(target=drip, daemon=True).start()
        begun = time.perf_counter()
        got = asked({"base": f"http://127.0.0.1:{server.getsockname()[1]}", "api_key": "k"})
    assert (got.outcome, got.fault) == ("not_available", "source.timeout")
    assert 1.4 < time.perf_counter() - begun < 2.5


def test_the_twin_that_reads_an_outage_as_none_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """The planted bug: whatever is not the row is taken for "there is none"."""
    monkeypatch.setattr(connector, "silence", lambda fault: connector.Held(outcome=connector.ABSENT))
    wrong = set()
    for what, (answer, _) in FAULTS.items():
        if what != "slow":
            with siskop2mi(answer) as address:
                wrong |= {what} if asked(address).outcome == "not_found" else set()
    assert wrong == set(FAULTS) - {"slow"}


def test_a_plain_no_is_a_no() -> None:
    with siskop2mi(lambda: said({"ditemukan": False})) as address:
        got = asked(address, number=GONE)
    assert (got.outcome, got.valid, got.fault) == ("not_found", None, "")


# The breaker -----------------------------------------------------------------------------------------------------------------------------


def test_after_five_faults_nobody_asks_until_one_question_looks_and_finds_it_well() -> None:
    broken_now = True
    with siskop2mi(lambda: said(None, status=500) if broken_now else found()) as address:
        seen = address["asked"]
        got = [asked(address, at=cast.NOON + n * S) for n in range(8)]
        assert [one.fault for one in got] == ["source.unreachable"] * 5 + [RESTING] * 3
        assert {one.outcome for one in got} == {"not_available"} and len(seen) == 5
        again = cast.NOON + 25 * S  # its rest is over: one looks, and it is still broken
        assert asked(address, at=again).fault == "source.unreachable" and len(seen) == 6
        assert asked(address, at=again + S).fault == RESTING
        broken_now = False
        well = again + 21 * S
        assert [asked(address, at=well + n * S).outcome for n in range(3)] == ["found"] * 3 and len(seen) == 9
    held = breaker("siskop2mi", well)
    assert held and (held.faults, held.state(well)) == (0, "closed")


def test_the_twin_without_a_breaker_goes_on_asking(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "may_ask", lambda source, at: True)
    with siskop2mi(lambda: said(None, status=500)) as address:
        for n in range(8):
            asked(address, at=cast.NOON + n * S)
        assert len(address["asked"]) == 8


def test_once_the_rest_is_over_just_one_of_many_looks_and_another_where_it_died() -> None:
    words = {"faults": 2, "rest_s": 20}
    for _ in range(2):
        note_outcome("simkim", "source.timeout", words, cast.NOON)
    assert not may_ask("simkim", cast.NOON + 19 * S)
    over = cast.NOON + 20 * S
    assert [may_ask("simkim", over + n * S) for n in range(5)] == [True, False, False, False, False]
    assert may_ask("simkim", over + 31 * S)


def test_one_fault_among_answers_opens_nothing() -> None:
    words = {"faults": 3, "rest_s": 20}
    for n in range(12):
        note_outcome("simkim", "" if n % 3 == 2 else "source.timeout", words, cast.NOON + n * S)
    assert may_ask("simkim", cast.NOON + 12 * S)


def test_dukcapil_goes_the_same_way_and_a_patient_question_may_look_while_it_rests() -> None:
    with siskop2mi(lambda: (500, b"", {})) as address:
        told = {"dukcapil": {"base": address["base"], "user": "u", "password": "p", "address": "a"}}
        got = [ask_dukcapil(DESCRIBED, told, act=cast.hub(cast.NOON + n * S)) for n in range(7)]
        assert {one.outcome for one in got} == {"unreachable"}
        assert [one.fault for one in got][5:] == [RESTING] * 2 and len(address["asked"]) == 5
        assert ask_dukcapil(DESCRIBED, told, act=cast.hub(cast.NOON + 7 * S), patient=True).fault == "source.answer"
        assert len(address["asked"]) == 6


def test_the_state_is_seen_in_health() -> None:
    for _ in range(5):
        note_outcome("siskop2mi", "source.timeout", {"faults": 5, "rest_s": 20}, cast.NOON)
    eko = cast.act(cast.EKO, at=cast.NOON + S)
    (row,) = asked_for(eko)
    assert (row["source"], row["state"], row["fault"], row["until"]) == (
        "siskop2mi",
        "open",
        "source.timeout",
        cast.NOON + 20 * S,
    )
    assert asked_for(cast.act(cast.EKO, at=cast.NOON + 60 * S))[0]["state"] == "half_open"
    assert "Dicoba satu pertanyaan" in cast.browser(cast.EKO).get(reverse("health")).content.decode()


# Who is told what --------------------------------------------------------------------------------------------------------------------------


def test_another_agency_is_told_what_its_agreement_lists_for_this_purpose_and_a_refusal_is_kept() -> None:
    agree(
        "kp2mi",
        "kemlu",
        purposes=["placement_verification"],
        classes=["e_pmi"],
        fields={"e_pmi": ["status", "country", "full_name"]},
    )
    agree("kp2mi", "kemnaker", purposes=["protection"], classes=["e_pmi"], fields={"e_pmi": ["status"]})
    agree("kp2mi", "disnaker", purposes=["placement_verification"], classes=["e_pmi"], fields={"e_pmi": ["country"]})
    with siskop2mi(found) as address:
        assert asked(address, agency="kemlu").values == {"status": "issued", "country": "MYS"}
        assert asked(address, agency="kemlu").valid is True
        assert asked(address, agency="disnaker").valid is None, (
            "whether it holds would say the state, which is not given"
        )
        for agency in ("kemnaker", "imigrasi", "polri"):
            with pytest.raises(NotShared):
                asked(address, agency=agency)
        assert len(address["asked"]) == 3, "who is given nothing has nothing asked for him"
    with transaction.atomic(), connection.cursor() as cursor:
        as_hub()
        cursor.execute(
            "SELECT count(*), bool_or(convert_from(body, 'UTF8') LIKE %s) FROM audit_entry WHERE what LIKE 'verification.%%'",
            [f"%{EPMI}%"],
        )
        assert cursor.fetchone() == (6, False)


@pytest.mark.parametrize(("what", "number"), [("licence", EPMI), ("e_pmi", ""), ("e_pmi", "1" * 61), ("e_pmi", "1\n2")])
def test_what_nobody_verifies_is_refused(what: str, number: str) -> None:
    with pytest.raises(NotVerified):
        asked({"base": "http://127.0.0.1:1"}, what=what, number=number)


def test_nobody_asks_without_a_case_or_for_another_purpose() -> None:
    with pytest.raises(ReferenceMissing):
        verify_number("e_pmi", EPMI, {}, act=cast.machine("kp2mi", purpose="placement_verification"))
    with pytest.raises(DoorShut):
        verify_number("e_pmi", EPMI, {}, act=cast.machine("kp2mi", purpose="operations", reference="K-1"))


def test_over_http_the_machine_of_an_agency_asks_and_is_told_honestly() -> None:
    machine = Machine("kp2mi", scopes=("screening",))
    answer = machine.post("verifications", {"what": "e_pmi", "number": EPMI, "reference": "K-1"})
    assert answer.status_code == 200
    assert {name: answer.json()[name] for name in ("outcome", "valid", "values", "fault")} == {
        "outcome": "not_available", "valid": None, "values": {}, "fault": "source.not_set_up",
    }  # fmt: skip
    assert machine.post("verifications", {"what": "e_pmi", "number": EPMI}).status_code == 422
    assert (
        Machine("kp2mi").post("verifications", {"what": "e_pmi", "number": EPMI, "reference": "K-1"}).status_code == 403
    )


# The sandbox's own systems -----------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def nation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Running]]:
    """SISKOP2MI and SIMKIM of the small nation, listening."""
    with ExitStack() as held:
        found = {}
        for name in ("siskop2mi", "simkim"):
            home = tmp_path_factory.mktemp(f"asked_{name}")
            make_home(home, name)
            found[name] = held.enter_context(running(home, name))
        yield found


#: What is asked, at whom, as whom, and how a number that it holds is found in its store.
NUMBERS = {
    "placement": ("siskop2mi", "kp2mi", "SELECT NO_PENEMPATAN FROM penempatan WHERE TERAKHIR = 1 ORDER BY 1 LIMIT 1"),
    "e_pmi": ("siskop2mi", "kp2mi", "SELECT NO_EPMI FROM epmi WHERE TERAKHIR = 1 ORDER BY 1 LIMIT 1"),
    "passport": ("simkim", "imigrasi", "SELECT nomor FROM berkas WHERE entitas = 'paspor' ORDER BY 1 LIMIT 1"),
}


@pytest.mark.parametrize("what", list(NUMBERS))
def test_the_sandboxes_systems_answer_in_their_own_formats_and_nothing_is_read_into_their_breaking(
    what: str, nation: dict[str, Running]
) -> None:
    name, agency, sql = NUMBERS[what]
    it = nation[name]
    row = it.store.store.one(sql)
    assert row
    number = str(row[0])
    got = asked(it.address, what=what, number=number, agency=agency)
    assert (got.outcome, got.fault) == ("found", "") and got.values["status"] and got.valid is not None
    assert asked(it.address, what=what, number="X0000000", agency=agency).outcome == "not_found"
    for breakage, amount in (("down", None), ("slow", 4)):
        with it.broken(breakage, amount):
            for told in (number, "X0000000"):
                assert asked(it.address, what=what, number=told, agency=agency).outcome == "not_available", (
                    breakage,
                    told,
                )
    with it.broken("wrong_encoding"):
        assert asked(it.address, what=what, number=number, agency=agency).outcome in {"found", "not_available"}
    later = cast.NOON + 60 * S  # five faults in a row have opened the breaker meanwhile
    assert asked(it.address, what=what, number=number, agency=agency, at=later).outcome == "found"
