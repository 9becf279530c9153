"""The village gateway over real HTTP: reports as forms, line by line, graded or not, and each breakage seen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qsl

import httpx
import pytest

from sandbox.nation import model
from sandbox.pimpasa.reports import DEFECTS, strikes
from sandbox.running import Address
from tests.sandbox.second_group_cast import NOW, broken, happening, running, spread

TIPS, QUESTIONS = 300, 40


def tip(serial: int, at: datetime) -> model.Happening:
    of = model.Tip(
        id=f"T{serial}",
        serial=serial,
        at=at,
        region_code="990101",
        village="Sukasari",
        officer="Pimpasa Uji",
        source="screenshot",
        recruiter="Bu Haji Tini & Co=",
        recruiter_phone="+6281288880000",
        offer="kerja admin gaji 12 juta\ntanpa syarat",
        country="KHM",
        fee=5_000_000,
        people=3,
        leaves_on=date(2026, 12, 3),
        reliability="B",
        credibility=2,
        names=("Nur", "Mbak Sri"),
    )
    return happening("tip.sent", of, at)


def question(serial: int) -> model.Question:
    return model.Question(
        id=f"Q{serial}",
        serial=serial,
        at=NOW - timedelta(days=9),
        region_code="990101",
        village="Sukasari",
        officer="Pimpasa Uji",
        topic="paspor",
        words="Apa benar paspor bisa jadi sehari?",
        phone="+6281300000001",
        answered_at=None,
        answer="",
    )


def history() -> list[model.Happening]:
    asked = [question(serial) for serial in range(1, QUESTIONS + 1)]
    answered = [replace(of, answered_at=NOW - timedelta(days=8), answer="Tidak.") for of in asked]
    at = NOW - timedelta(days=5)
    session = model.EducationSession(
        id="E1",
        serial=1,
        at=at,
        region_code="990101",
        village="Sukasari",
        officer="Pimpasa Uji",
        topic="tppo",
        place="Balai desa",
        men=12,
        women=31,
    )
    profile = model.VillageProfile(
        id="V1",
        serial=1,
        region_code="990101",
        village="Sukasari",
        officer="Pimpasa Uji",
        as_of=date(2026, 11, 1),
        households=410,
        workers_abroad=58,
        left_without_papers=9,
        destinations=("MYS", "SAU"),
        known_sponsors=2,
    )
    return [
        *spread(TIPS, tip),
        *(happening("question.asked", of, NOW - timedelta(days=9)) for of in asked),
        *(happening("question.answered", of, NOW - timedelta(days=8)) for of in answered),
        happening("education.held", session, at),
        happening("village_profile.written", profile, at),
    ]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("sandbox")


@pytest.fixture(scope="module")
def reached(home: Path) -> Iterator[Address]:
    with running("pimpasa", home, history()) as (_, address):
        yield address


@pytest.fixture
def gate(reached: Address, home: Path) -> Iterator[httpx.Client]:
    broken(home, "pimpasa")
    headers = {str(reached["key_header"]): str(reached["api_key"])}
    with httpx.Client(base_url=str(reached["base"]), headers=headers, timeout=10) as client:
        yield client
    broken(home, "pimpasa")


def everything(gate: httpx.Client, lines: int = 200) -> list[dict[str, str]]:
    found: list[dict[str, str]] = []
    path: str | None = f"/kotak?maks={lines}"
    while path:
        answer = gate.get(path)
        assert answer.status_code == 200
        found += [dict(parse_qsl(line, keep_blank_values=True)) for line in answer.text.splitlines()]
        path = answer.links.get("next", {}).get("url")
    return found


def told(gate: httpx.Client) -> list[tuple[str, str]]:
    return [(form["id"], form["ke"]) for form in everything(gate)]


def test_every_report_comes_once_for_each_telling_whatever_the_number_of_lines(gate: httpx.Client) -> None:
    twice = sum(strikes("sent_twice", f"T{n}") for n in range(1, TIPS + 1))
    asked_twice = sum(strikes("sent_twice", f"Q{n}") for n in range(1, QUESTIONS + 1))
    for lines in (17, 2000):
        found = everything(gate, lines)
        kinds = Counter(form["jenis"] for form in found)
        assert kinds["info"] == TIPS + twice and kinds["tanya"] == 2 * (QUESTIONS + asked_twice)
        assert kinds["suluh"] >= 1 and kinds["profil"] >= 1
        assert len({(form["id"], form["ke"]) for form in found}) == len(found)


def test_a_tip_is_told_in_a_villager_s_words(gate: httpx.Client) -> None:
    tips = [form for form in everything(gate) if form["jenis"] == "info"]
    first = tips[0]
    assert first["calo"] == "Bu Haji Tini & Co=" and first["tawaran"].endswith("\ntanpa syarat")
    assert (first["waktu"], first["negara"], first["dari"]) == ("1788228000", "kamboja", "TANGKAPAN LAYAR")
    assert {form["andal"] + form["benar"] for form in tips} == {"B2", ""}
    assert {"12-2026", "habis lebaran"} <= {form["berangkat"] for form in tips}
    assert {form["biaya"] for form in tips} == {"5000000", "5jt"}
    assert {form["hp_calo"] for form in tips} == {"081288880000", "081288880"}
    assert not any("nik" in form for form in tips)


def test_an_answered_question_is_told_again(gate: httpx.Client) -> None:
    asked = [form for form in everything(gate) if form["id"] == "t0000001"]
    assert [(form["ke"], form["status"], form["jawab"]) for form in asked] == [
        ("1", "BARU", ""),
        ("2", "DIJAWAB", "Tidak."),
    ]


def test_going_on_later_gives_what_is_new_and_nothing_else(gate: httpx.Client) -> None:
    answer = gate.get("/kotak?maks=2000")
    assert "next" not in answer.links
    assert gate.get(answer.links["resume"]["url"]).text == ""


def test_without_the_key_nothing_is_said(reached: Address, gate: httpx.Client) -> None:
    for headers in ({}, {"X-Gerbang": "salah"}):
        answer = httpx.get(f"{reached['base']}/kotak", headers=headers)
        assert answer.status_code == 403 and answer.text == "galat=kunci"


@pytest.mark.parametrize(
    ("path", "status"),
    [("/", 404), ("/kotak?sobek=x", 400), ("/kotak?sobek=-1", 400), ("/kotak?maks=0", 400), ("/kotak?maks=9999", 400)],
)
def test_a_wrong_question_is_named_in_a_form(gate: httpx.Client, path: str, status: int) -> None:
    answer = gate.get(path)
    assert answer.status_code == status and answer.text.startswith("galat=")


def test_down_slow_stale_and_half_a_mailbox(gate: httpx.Client, home: Path) -> None:
    broken(home, "pimpasa", "down")
    assert gate.get("/kotak").status_code == 504
    broken(home, "pimpasa", "slow", amount=1)
    assert gate.get("/kotak").elapsed > timedelta(seconds=0.9)
    broken(home, "pimpasa", "stale", since="2026-10-01T00:00:00+00:00")
    assert 0 < len(everything(gate)) < TIPS
    broken(home, "pimpasa", "half_page")
    with pytest.raises(httpx.RemoteProtocolError):
        gate.get("/kotak")


@pytest.mark.parametrize("what", ["duplicate", "reordered", "old_versions"])
def test_reports_twice_in_another_order_or_old_again(gate: httpx.Client, home: Path, what: str) -> None:
    whole = told(gate)
    broken(home, "pimpasa", what)
    assert set(told(gate)) == set(whole) and told(gate) != whole
    assert (len(told(gate)) == len(whole)) == (what == "reordered")


def test_a_renamed_field_a_new_kind_a_spoilt_phone_and_a_wrong_clock(gate: httpx.Client, home: Path) -> None:
    broken(home, "pimpasa", "renamed_column", "new_code", "excel_nik", "clock_skew", amount=3600)
    found = everything(gate)
    assert all("kecamatan" in form and "kec" not in form for form in found)
    assert "rapat" in {form["jenis"] for form in found}
    assert "8,12889E+10" in {form.get("hp_calo") for form in found}
    assert found[0]["waktu"] == str(1788228000 + 3600)


def test_a_wrong_encoding_is_no_longer_utf_8(gate: httpx.Client, home: Path) -> None:
    broken(home, "pimpasa", "wrong_encoding")
    with pytest.raises(UnicodeDecodeError):
        gate.get("/kotak").content.decode()


def test_each_defect_strikes_about_its_stated_share_of_reports() -> None:
    for defect, (share, _) in DEFECTS.items():
        struck = sum(strikes(defect, f"K{number}") for number in range(20_000)) / 20
        assert abs(struck - share) < max(6, share * 0.1), defect
