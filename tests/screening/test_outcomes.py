"""What came of a screening: said by whoever is entitled, never changed, counted without telling of the few."""

from __future__ import annotations

import hashlib
import json
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client as Browser

from suar.agencies.models import Client, Pass
from suar.core.advice.values import Decision
from suar.core.errors import NotFound
from suar.screening.access.outcomes import counts_for, rows_behind
from suar.screening.access.tasks import tasks_for
from suar.screening.actions.ask import screen
from suar.screening.actions.outcome import DayUnfit, OutcomeUnknown, Said, report
from suar.screening.actions.question import Asked
from suar.screening.actions.repeat import ask_again
from suar.site.auth import now
from tests import cast
from tests.arrivals import arrive
from tests.screening.desk import LATER, decided, of_sari, rows

pytestmark = pytest.mark.django_db(databases=["default", "protection"])
TODAY = date(2026, 11, 21)


@pytest.fixture(autouse=True)
def policies(db: None) -> None:
    cast.adopt()


def said(of: UUID, outcome: str = "helped", seat: cast.Seat = cast.BIMA, on: date = TODAY) -> UUID:
    return report(of, Said(outcome=outcome, on=on), act=cast.act(seat, at=LATER, reference=str(of)))


def test_the_agency_that_screened_and_the_one_that_received_say_what_came_of_it() -> None:
    screening = of_sari()
    decided(screening, Decision.REFER, desk="kp2mi")
    said(screening)
    said(tasks_for(cast.act(cast.MADE, at=LATER))[0].task.id, "papers_completed", cast.MADE)
    kept = rows("SELECT agency, outcome, decision, screening FROM screening_outcome ORDER BY agency")
    assert kept == [("imigrasi", "helped", "refer", screening), ("kp2mi", "papers_completed", "refer", screening)]


def test_whom_an_agency_never_received_it_says_nothing_of() -> None:
    screening = of_sari()
    decided(screening, Decision.REFER, desk="kp2mi")
    for seat in (cast.RATNA, cast.MAYA):
        with pytest.raises(NotFound):
            said(screening, seat=seat)
    with pytest.raises(NotFound):
        said(uuid4())


@pytest.mark.parametrize(
    ("outcome", "on", "refused"),
    [
        ("guilty", TODAY, OutcomeUnknown),
        ("helped", TODAY + timedelta(days=1), DayUnfit),
        ("helped", TODAY - timedelta(days=1), DayUnfit),
    ],
)
def test_only_an_outcome_of_the_list_on_a_day_that_fits(outcome: str, on: date, refused: type[Exception]) -> None:
    with pytest.raises(refused):
        said(of_sari(), outcome, on=on)


def test_nothing_said_is_changed_or_taken_away() -> None:
    said(of_sari())
    for sql in ("UPDATE screening_outcome SET outcome = 'x'", "DELETE FROM screening_outcome"):
        with pytest.raises(Exception, match=r"permission denied|never changed"):
            rows(sql)


def many(count: int, outcome: str = "no_ground") -> None:
    for n in range(count):
        screening = of_sari(reference=f"CGK-A1-{outcome}-{n}")
        decided(screening, Decision.INTERVIEW)
        said(screening, outcome)
        said(screening, outcome)


def cells(seat: cast.Seat) -> dict[str, tuple[int, bool]]:
    lines = counts_for(cast.act(seat, at=LATER))["lines"]
    return {cell.outcome: (cell.count, cell.hidden) for line in lines for cell in line["cells"] if cell.count}


def test_each_number_leads_to_its_rows_and_a_small_one_is_not_shown() -> None:
    many(10)
    many(3, "found_exploited")
    assert cells(cast.ARIF) == cells(cast.NADIA) == {"no_ground": (10, False), "found_exploited": (3, True)}
    advice = rows("SELECT DISTINCT advice FROM screening_outcome")[0][0]
    assert len(rows_behind(cast.act(cast.ARIF, at=LATER), advice, "interview", "no_ground")) == 10
    with pytest.raises(NotFound):
        rows_behind(cast.act(cast.ARIF, at=LATER), advice, "interview", "found_exploited")
    page = cast.browser(cast.NADIA).get("/hasil/").content.decode()
    assert (
        f'href="/hasil/{advice}/interview/no_ground/">10</a>' in page
        and "&lt; 10" in page
        and "found_exploited" not in page
    )


def test_a_supervisor_counts_his_own_office() -> None:
    many(10)
    elsewhere = cast.Seat("putu", "Putu Ardana", "supervisor", "imigrasi", "TPI-BTC", "BTC-S", "departure")
    assert cells(elsewhere) == {}


# Over HTTP -----------------------------------------------------------------------------------------------------------------------------


def machine(agency: str) -> Browser:
    cast.agencies()
    client = Client.objects.create(id=f"{agency}-1", agency_id=agency, scopes=["screening"], from_at=cast.BEFORE)
    digest = hashlib.sha256(agency.encode()).hexdigest()
    Pass.objects.create(sha256=digest, client=client, scopes=["screening"], until_at=now() + timedelta(hours=1))
    return Browser(headers={"authorization": f"Bearer {agency}"})


def posted(browser: Browser, of: UUID, body: dict[str, Any], key: str = "") -> Any:
    headers = {"Idempotency-Key": key} if key else {}
    return browser.post(
        f"/api/v1/screenings/{of}/outcomes", json.dumps(body), content_type="application/json", headers=headers
    )


def test_a_machine_reports_it_once_however_often_it_sends_it() -> None:
    at = now()
    screening = of_sari(at=at)
    browser, body = (
        machine("imigrasi"),
        {"purpose": "departure_screening", "outcome": "helped", "on": at.date().isoformat()},
    )
    first = posted(browser, screening, body, "k-1")
    assert first.status_code == 201, first.content
    assert posted(browser, screening, body, "k-1").json() == first.json()
    assert posted(browser, screening, body | {"outcome": "no_ground"}, "k-1").json()["code"] == "outcome.other_body"
    assert rows("SELECT count(*) FROM screening_outcome") == [(1,)]
    assert posted(machine("kp2mi"), screening, body | {"purpose": "placement_verification"}).status_code == 404


# By another's numbers ------------------------------------------------------------------------------------------------------------------


def sent(browser: Browser, rows: list[dict[str, str]], key: str = "", purpose: str = "placement_verification") -> Any:
    headers = {"Idempotency-Key": key} if key else {}
    body = json.dumps({"purpose": purpose, "rows": rows})
    return browser.post("/api/v1/outcomes", body, content_type="application/json", headers=headers)


def codes(answer: Any) -> list[list[str]]:
    assert answer.status_code == 200, answer.content
    return [[fault["code"] for fault in row["faults"]] for row in answer.json()["rows"]]


def helped(**more: str) -> dict[str, str]:
    return {"outcome": "helped", "on": now().date().isoformat()} | more


def referred(at: Any, traveller: dict[str, str] = cast.SARI, desk: str = "kp2mi", reference: str = "CGK-A1-1") -> UUID:
    """Somebody whom Bima sends to this desk."""
    asked = Asked(
        purpose="departure",
        desk=cast.BIMA.desk,
        lane="",
        officer="",
        reference=reference,
        traveller=traveller,
        journey={},
    )
    act = cast.act(cast.BIMA, at=at, reference=reference)
    screening = screen(asked, act=act, client="tests", key="", elapsed_ms=lambda: 1)
    decided(screening, Decision.REFER, desk=desk, at=at)
    return screening


def known_to_kp2mi(at: Any) -> None:
    placed = {"country": "MYS", "status": "contracted", "contract_from": "2026-11-03"}
    arrive("siskop2mi", "placement", [{"id": "SISKO-77", "who": "sari", **cast.SARI, **placed}], at=at)


def test_another_agency_reports_by_its_own_number_or_by_nik_or_passport_and_the_day() -> None:
    at = now()
    known_to_kp2mi(at)
    screening = referred(at)
    day, browser = at.date().isoformat(), machine("kp2mi")
    ways = [
        helped(reference="SISKO-77"),
        helped(nik=cast.SARI_NIK, about_on=day),
        helped(passport_no=cast.SARI["passport_no"], about_on=f"{at:%d-%m-%Y}"),
    ]
    answer = sent(browser, ways, key="k-1")
    assert codes(answer) == [[], [], []] and answer.json()["kept"] == 3
    assert sent(browser, ways, key="k-1").json() == answer.json()
    assert rows("SELECT DISTINCT agency, screening FROM screening_outcome") == [("kp2mi", screening)]
    assert rows("SELECT count(*) FROM screening_outcome") == [(3,)]


def test_none_several_and_a_person_that_it_has_nothing_to_do_with_are_answered_alike() -> None:
    at = now()
    known_to_kp2mi(at)
    referred(at, desk="protection")
    twice = dict(cast.SARI) | {"full_name": "Siti Rahmah", "nik": "9901015205940002", "passport_no": "X9900079"}
    for n in range(2):
        referred(at, twice, reference=f"CGK-A1-{n + 2}")
    day, browser = at.date().isoformat(), machine("kp2mi")
    answers = sent(
        browser,
        [
            helped(passport_no=cast.SARI["passport_no"], about_on=day),  # screened, and sent to another agency
            helped(reference="SISKO-77"),  # known, and sent to another agency
            helped(passport_no="X9900099", about_on=day),  # nobody
            helped(passport_no="X9900079", about_on=day),  # two journeys of one day
            helped(reference="SISKO-99"),
        ],
    ).json()["rows"]
    assert [row["faults"] for row in answers] == [answers[0]["faults"]] * 5
    assert answers[0]["faults"][0]["code"] == "outcome.not_one" and all(row["id"] is None for row in answers)
    assert rows("SELECT count(*) FROM screening_outcome") == [(0,)]


def test_each_row_says_what_to_mend_and_the_others_are_kept() -> None:
    at = now()
    referred(at)
    day, passport = at.date().isoformat(), cast.SARI["passport_no"]
    answer = sent(
        machine("kp2mi"),
        [
            helped(passport_no=passport, about_on=day),
            helped(passport_no=passport),
            helped(),
            helped(nik="12", about_on=day),
            helped(passport_no=passport, about_on=day, outcome="guilty"),
            helped(passport_no=passport, about_on=day, on="31-02-2026"),
            helped(passport_no=passport, about_on=day, on=(at.date() + timedelta(days=1)).isoformat()),
        ],
    )
    assert codes(answer) == [
        [], ["outcome.which_day"], ["outcome.names_nobody"], ["nik.length"], ["outcome.unknown"], ["date.impossible"], ["outcome.day"],
    ]  # fmt: skip
    assert "{" not in str([fault["text"] for row in answer.json()["rows"] for fault in row["faults"]]).replace(
        "{'id'", ""
    )


def test_a_question_asked_again_is_one_screening_and_the_word_stands_at_the_newest() -> None:
    at = now()
    first = of_sari(at=at)
    newer = ask_again(first, act=cast.act(cast.BIMA, at=at, reference=str(first)), elapsed_ms=lambda: 1)
    row = helped(passport_no=cast.SARI["passport_no"], about_on=at.date().isoformat())
    assert codes(sent(machine("imigrasi"), [row], purpose="departure_screening")) == [[]]
    assert rows("SELECT screening FROM screening_outcome") == [(newer,)]


def test_a_file_of_rows_is_answered_row_by_row_on_a_page() -> None:
    at = now()
    referred(at)
    day, passport = at.date().isoformat(), cast.SARI["passport_no"]
    text = f"passport_no;about_on;outcome;on\n{passport};{day};Dibantu;{day}\nX9900099;{day};helped;{day}\n"
    browser = cast.browser(cast.MADE)
    page = browser.post("/hasil/kirim/", {"file": SimpleUploadedFile("hasil.csv", text.encode())}).content.decode()
    assert "1 dari 2 baris tercatat" in page and "Tidak tepat satu pemeriksaan" in page
    assert "/hasil/kirim/" in browser.get("/antrean/").content.decode()
    wrong = browser.post("/hasil/kirim/", {"file": SimpleUploadedFile("hasil.csv", b"nama,hasil\nx,y\n")})
    assert wrong.status_code == 422 and "nama, hasil" in wrong.content.decode()
