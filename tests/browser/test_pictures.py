"""Pictures of every page of the desks, as each role sees it, for whoever wants to look at all of them.

`SUAR_PICTURES=/a/folder python -m pytest tests/browser/test_pictures.py -n 0` fills the folder; without it nothing is made. Each page at both
widths and in both languages, over a working day of invented travellers; no page may be wider than its screen, and no code may stand in it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from playwright.sync_api import Browser, Page

from suar.core.advice.deciding import Decided
from suar.core.advice.values import Decision
from suar.screening.actions.ask import screen
from suar.screening.actions.decide import decide
from suar.screening.actions.manifest import Sent, keep_manifest
from suar.screening.actions.outcome import Said, report
from suar.screening.actions.question import Asked
from suar.screening.jobs.prelist import screen_manifest
from suar.site.auth import now
from tests import cast
from tests.arrivals import arrive
from tests.browser.conftest import served
from tests.browser.test_interview import PLACED
from tests.browser.test_officers_path import log_in
from tests.browser.test_standard import left
from tests.database import Copy
from tests.registers.nominating import banned, sari
from tests.screening import interviewing
from tests.screening.desk import proposed

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not os.environ.get("SUAR_PICTURES"), reason="SUAR_PICTURES names no folder for the pictures"),
]
LOOKS = [(1280, "id"), (1280, "en"), (390, "id"), (390, "en")]
MINUTE = timedelta(minutes=1)
SEATS = (
    cast.BIMA, cast.AYU, cast.DIAN, cast.ARIF, cast.MADE, cast.RATNA, cast.NADIA, cast.PUTRI, cast.HENDRA, cast.MAYA, interviewing.HANA,
    interviewing.YANTO,
)  # fmt: skip
TOURIST = {"destination": "SGP", "declared_purpose": "tourism", "ticket": "return"}
WORKER = {
    "destination": "MYS",
    "declared_purpose": "work",
    "visa_kind": "visit",
    "job": "domestic_worker",
    "payer": "agent",
}
#: One traveller for each advice, by the name that the picture gets.
BUDI = {"full_name": "Budi Santoso", "passport_no": "X9900078", "birth_date": "1985-02-03", "sex": "1"}
SITI = {"full_name": "Siti Rahmah", "passport_no": "X9900079", "birth_date": "1999-07-09", "sex": "2"}
FLIGHT = [
    {name: cast.SARI[name] for name in ("full_name", "nik", "passport_no", "birth_date", "sex")},
    {"full_name": "Zulkarnaen Batubara", "passport_no": "X9900077"},
    {"full_name": "Budi Santoso", "passport_no": "X9900078", "nik": "12"},
]


def asked(seat: cast.Seat, who: dict[str, str], journey: dict[str, str], at: datetime, *, minor: bool = False) -> UUID:
    reference = f"{seat.desk}-{at:%H%M%S}-{who['passport_no']}"
    purpose = "passport_application" if seat.kind == "passport" else "departure"
    question = Asked(
        purpose=purpose, desk=seat.desk, lane="A1", officer="", reference=reference, traveller=who, journey=journey,
    )  # fmt: skip
    act = cast.act(seat, at=at, reference=reference)
    return screen(question, act=act, client="tests", key="", elapsed_ms=lambda: 40)


def settled(screening: UUID, decision: Decision, seat: cast.Seat, at: datetime, desk: str = "") -> UUID:
    told = Decided(decision=decision, desk=desk, coded="other", words="Berbincang dengan tenang.")
    decide(screening, told, act=cast.act(seat, at=at, reference=str(screening)))
    return screening


def a_day() -> dict[str, UUID]:
    """What happened at the desks; returns the screenings and the interviews that are looked at, by name."""
    at, subject = now() - 90 * MINUTE, sari()
    who = {name: cast.SARI[name] for name in ("full_name", "nik", "sex", "birth_date", "passport_no")}
    arrive("siskop2mi", "placement", [{"id": "p-9", "who": "sari", **cast.SARI, **PLACED}], at=at)
    days = {"deferred_at": (at - timedelta(days=12)).isoformat(), "reason": "suspected_non_procedural"}
    arrive("simkim", "departure_deferral", [{"id": "d-1", "who": "sari", **who, **days, "destination": "MYS"}], at=at)
    interviewing.heard("siskop2mi", "simkim", at=at)
    made = {
        "clear": asked(cast.BIMA, BUDI, TOURIST, at),
        "advise": asked(cast.BIMA, BUDI, TOURIST | {"ticket": "one_way"}, at + MINUTE),
        "assist": asked(cast.BIMA, SITI, {"destination": "MYS", "declared_purpose": "work"}, at + 2 * MINUTE),
        "secondary": asked(cast.BIMA, dict(cast.SARI), WORKER, at + 3 * MINUTE),
        "passport": asked(cast.AYU, SITI, WORKER, at + 4 * MINUTE),
        "decided": settled(asked(cast.BIMA, BUDI, TOURIST, at + 5 * MINUTE), Decision.ALLOW, cast.BIMA, at + 6 * MINUTE),
    }  # fmt: skip
    for n, desk in enumerate(("kp2mi", "protection")):
        settled(asked(cast.BIMA, SITI, WORKER, at + (7 + n) * MINUTE), Decision.REFER, cast.BIMA, at + 9 * MINUTE, desk)
    for n in range(10):
        one = settled(
            asked(cast.BIMA, BUDI, TOURIST, at + (10 + n) * MINUTE), Decision.ALLOW, cast.BIMA, at + 30 * MINUTE
        )
        act = cast.act(cast.BIMA, at=now(), reference=str(one))
        report(one, Said(outcome="helped", on=act.at.date()), act=act)
    proposed(asked(cast.BIMA, SITI, WORKER, at + 31 * MINUTE), at=at + 32 * MINUTE)
    made |= interviews(at + 33 * MINUTE)
    flight = Sent(flight="GA820", departs_on=(at + timedelta(days=1)).date(), rows=FLIGHT, desk=cast.DIAN.desk)
    made["flight"] = keep_manifest(flight, act=cast.act(cast.DIAN, at=at))
    screen_manifest(made["flight"], act=cast.hub(at))
    left()
    banned(subject, at=at + 60 * MINUTE)
    made["hold"] = asked(cast.BIMA, dict(cast.SARI), TOURIST, at + 61 * MINUTE)
    return made


def interviews(at: datetime) -> dict[str, UUID]:
    """One that goes on, one that asks for help, and one that ended and is rated by other offices."""
    told: dict[str, Any] = {
        "destination_named": "Malaysia",
        "who_arranged": "agent",
        "debt": "agent",
        "employer_named": "Lau",
    }
    running = interviewing.begun(asked(cast.BIMA, dict(cast.SARI), WORKER, at), at=at + MINUTE)
    interviewing.said(running, at=at + 2 * MINUTE, **told)
    calling = interviewing.begun(asked(cast.BIMA, SITI, WORKER, at), at=at + MINUTE)
    interviewing.said(calling, at=at + 2 * MINUTE, asks_for_help="yes")
    done = interviewing.begun(asked(cast.BIMA, dict(cast.SARI), WORKER, at), at=at + MINUTE)
    interviewing.said(done, at=at + 2 * MINUTE, departs_on="2026-12-01", **told)
    newer = interviewing.ended(done, at=at + 9 * MINUTE, overall="strong")
    return {"interview": running, "talked": newer.id}


#: Whose page, where, and the name of its picture; {name} is what `a_day` made.
PAGES = [
    ("bima", "/", "home-counter"), ("ayu", "/", "home-passport"), ("dian", "/", "home-secondary"), ("made", "/", "home-kp2mi"),
    ("ratna", "/", "home-protection"), ("arif", "/", "home-supervisor"), ("nadia", "/", "home-ombudsman"), ("putri", "/", "home-analyst"),
    ("hendra", "/", "home-approver"), ("maya", "/", "home-mission"),
    ("bima", "/meja/", "desk"), ("ayu", "/meja/", "desk-passport"), ("bima", "/meja/terbuka/", "waiting"),
    ("bima", "/meja/{clear}/", "answer-clear"), ("bima", "/meja/{advise}/", "answer-advise"), ("bima", "/meja/{assist}/", "answer-assist"),
    ("bima", "/meja/{secondary}/", "answer-secondary"), ("bima", "/meja/{hold}/", "answer-hold"), ("dian", "/meja/{talked}/", "answer-talked"),
    ("bima", "/meja/{decided}/", "answer-decided"), ("ayu", "/meja/{passport}/", "answer-passport"),
    ("bima", "/meja/{secondary}/putusan/pilih/", "choose"), ("bima", "/meja/{hold}/putusan/pilih/?decision=refuse", "choose-refuse"),
    ("bima", "/meja/{decided}/pemberitahuan/", "slip"), ("bima", "/meja/{decided}/pemberitahuan/?paper=80mm", "slip-80mm"),
    ("bima", "/meja/{assist}/pemberitahuan/", "slip-assist"),
    ("dian", "/antrean/", "tasks"), ("made", "/antrean/", "tasks-kp2mi"), ("ratna", "/antrean/", "tasks-protection"),
    ("maya", "/antrean/", "tasks-mission"), ("dian", "/serah-terima/", "handovers"), ("arif", "/penolakan/", "refusals"),
    ("arif", "/hasil/", "outcomes"), ("nadia", "/hasil/", "outcomes-ombudsman"),
    ("made", "/hasil/kirim/", "outcomes-send"), ("dian", "/daftar-awal/", "manifests"),
    ("dian", "/daftar-awal/{flight}/", "manifest"), ("dian", "/wawancara/", "interviews"), ("dian", "/wawancara/{interview}/", "interview"),
    ("dian", "/wawancara/{interview}/?semua", "interview-all"), ("dian", "/wawancara/{interview}/selesai/", "interview-end"),
    ("dian", "/meja/{secondary}/wawancara/", "interview-begin"), ("ratna", "/panggilan/", "calls"), ("arif", "/panggilan/", "calls-supervisor"),
    ("nadia", "/wawancara/mutu/", "interview-quality"), ("arif", "/meja/tanpa-pemeriksaan/", "unscreened"),
    ("nadia", "/pengawasan/tanpa-pemeriksaan/", "unscreened-lanes"), ("bima", "/meja/standar/", "service"),
    ("nadia", "/pengawasan/standar/", "service-everywhere"), ("putri", "/kebijakan/", "policies"),
    ("putri", "/kebijakan/tabel/indicators/journey/", "policy-table"), ("putri", "/kebijakan/tabel/indicators/journey/usul/", "policy-propose"),
]  # fmt: skip


@pytest.fixture(scope="module")
def folder() -> Path:
    made = Path(os.environ["SUAR_PICTURES"])
    made.mkdir(parents=True, exist_ok=True)
    return made


@pytest.fixture
def suar(cloned_database: Copy, built: None) -> Iterator[tuple[str, dict[str, UUID]]]:
    cast.adopt()
    cast.agree("kp2mi", "imigrasi", ["departure_screening", "passport_application"])
    for seat in SEATS:
        cast.seated(seat)
    made = a_day()
    with served(cloned_database) as address:
        yield address, made


def test_every_page_of_the_desks_has_its_picture(
    browser: Browser, suar: tuple[str, dict[str, UUID]], folder: Path
) -> None:
    address, made = suar
    wrong: list[str] = []
    wanted = os.environ.get("SUAR_PICTURES_OF", "")
    for username in dict.fromkeys(who for who, *_ in PAGES):
        page = browser.new_page(viewport={"width": 1280, "height": 800}, locale="id-ID")
        log_in(page, address, username)
        for who, where, name in PAGES:
            if who == username and wanted in name:
                wrong += taken(page, address + where.format(**made), name, folder)
        page.close()
    assert not wrong, "\n".join(wrong)


def taken(page: Page, address: str, name: str, folder: Path) -> list[str]:
    """The four pictures of one page, and what is wrong with it."""
    wrong = []
    for width, tongue in LOOKS:
        page.set_viewport_size({"width": width, "height": 800})
        answer = page.goto(address)
        if answer and answer.ok and page.locator("html").get_attribute("lang") != tongue:
            page.locator(f".frame__tongues [value={tongue}]").click()
            page.wait_for_selector(f"html[lang={tongue}]")
            answer = page.goto(address)
        page.screenshot(path=folder / f"{name}-{width}-{tongue}.png", full_page=True)
        if answer is None or answer.status >= 400:
            wrong.append(f"{name}: {answer and answer.status}")
            break
        if page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"):
            wrong.append(f"{name} {width} {tongue}: wider than its screen")
        if "[" in page.locator("main").inner_text():
            wrong.append(f"{name} {tongue}: a code stands where a sentence should")
    return wrong
