"""The pages of an objection as a browser gets them: the public form says the same to everybody, and a desk's form keeps who took it down."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from suar.registers.actions.objection import MOST_IN_AN_HOUR
from suar.registers.queries.objections import objections
from suar.site.auth import now
from tests import cast
from tests.registers.nominating import as_hub, banned, sari
from tests.registers.objecting import WHY, WORDS, objected, objection, reviewer_of

pytestmark = pytest.mark.django_db(databases=["default", "protection"])
TOLD = {"filed_by": "family", "name": "Sari Wulandari", "words": WORDS, "contact": "+62 819 9000 0001"}


@pytest.fixture(autouse=True)
def policies(db: None) -> None:
    cast.adopt()


def by_form(**more: Any) -> tuple[int, str]:
    """What the form answers, without what differs with each asking: the number, the minute, the token against forgery."""
    answer = Client(headers={"accept-language": "id"}).post("/keberatan/", TOLD | more)
    text = re.sub(
        r'KB-[0-9A-F]{5}-[0-9A-F]{5}|\d\d\.\d\d WIB|csrfmiddlewaretoken" value="\w+"', "", answer.content.decode()
    )
    return answer.status_code, text


def kept() -> list[Any]:
    with as_hub():
        return objections("true", {})


def test_the_public_form_answers_the_same_whatever_stands_behind_the_number() -> None:
    banned(sari(), at=now() - timedelta(days=3))
    real, none, blank = (by_form(number=number) for number in ("R/12/XI/2026", "R/99/XI/2026", ""))
    assert real == none == blank and real[0] == 201
    assert sorted(one.origin for one in kept()) == ["nominated", "unplaced", "unplaced"]


@pytest.mark.parametrize(
    "more", [{"words": "kurang"}, {"name": ""}, {"contact": ""}, {"filed_by": "stranger"}], ids=str
)
def test_what_is_missing_is_said_and_nothing_is_kept(more: dict[str, str]) -> None:
    status, text = by_form(**more)
    assert status == 422 and "Keberatan belum terkirim" in text and not kept()


def test_too_many_from_one_address_are_told_where_else_to_go() -> None:
    answers = [by_form() for _ in range(MOST_IN_AN_HOUR + 1)]
    assert [status for status, _ in answers[-2:]] == [201, 429]
    assert "kantor imigrasi atau perwakilan RI terdekat" in answers[-1][1] and WORDS in answers[-1][1]


def test_an_officer_takes_it_down_from_an_entry_that_he_may_see_and_from_no_other() -> None:
    entry = banned(sari(), at=now() - timedelta(days=3))
    taken = cast.browser(cast.GITA).post(f"/daftar/entri/{entry}/keberatan/", TOLD)
    assert taken.status_code == 201 and kept()[0].received_by == cast.seated(cast.GITA).officer_id
    stranger = cast.Seat(
        "dewi", "Dewi Anjani", "register_officer", "kemnaker", "PUSAT-NAKER", "DAFTAR-NAKER", "register"
    )
    assert cast.browser(stranger).post(f"/daftar/entri/{entry}/keberatan/", TOLD).status_code == 404
    assert len(kept()) == 1


def test_the_paper_comes_down_as_a_file_to_whoever_decides_and_to_nobody_else() -> None:
    id_ = objected(banned(sari(), at=now() - timedelta(days=3)), at=now() - timedelta(days=1))
    mine = reviewer_of(id_)
    other = cast.LARAS if mine is cast.YUDHA else cast.YUDHA
    answer = cast.browser(mine).get(f"/daftar/keberatan/{id_}/dokumen/")
    assert answer.content == b"%PDF-1.7 invented" and answer["Content-Type"] == "application/octet-stream"
    assert cast.browser(other).get(f"/daftar/keberatan/{id_}/dokumen/").status_code == 404


def test_the_ruling_by_form_needs_its_reason_and_its_day() -> None:
    id_ = objected(banned(sari(), at=now() - timedelta(days=3)), at=now() - timedelta(days=1))
    browser, address = cast.browser(reviewer_of(id_)), f"/daftar/keberatan/{id_}/putusan/"
    for told in ({"outcome": "upheld"}, {"outcome": "partly", "reason": WHY}, {"outcome": "other", "reason": WHY}):
        refused = browser.post(address, told)
        assert refused.status_code == 422 and objection(id_).outcome is None
    day = (now() + timedelta(days=9)).date().isoformat()
    assert browser.post(address, {"outcome": "partly", "reason": WHY, "last_day": day}).status_code == 302
    assert objection(id_).carried_out
    assert f"/daftar/keberatan/{id_}/" in browser.get("/daftar/keberatan/").content.decode()
    assert "Dikabulkan sebagian" in browser.get(f"/daftar/keberatan/{id_}/").content.decode()
