"""What came of a screening: said by whoever is entitled, never changed, counted without telling of the few."""

from __future__ import annotations

import hashlib
import json
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client as Browser

from suar.agencies.models import Client, Pass
from suar.core.advice.values import Decision
from suar.core.errors import NotFound
from suar.screening.access.outcomes import counts_for, rows_behind
from suar.screening.access.tasks import tasks_for
from suar.screening.actions.outcome import DayUnfit, OutcomeUnknown, Said, report
from suar.site.auth import now
from tests import cast
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
    client = Client.objects.create(
        id=f"{agency}-1", agency_id=agency, public_key={}, scopes=["screening"], from_at=cast.BEFORE
    )
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
