"""A manifest is screened ahead and gives a short list that counts only after an officer has looked at it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from suar.core.errors import Conflict, NotFound
from suar.core.manifest import read_manifest
from suar.policies.models import Version
from suar.screening.access import open_for
from suar.screening.access.manifests import ShortList, short_list_for
from suar.screening.access.tasks import tasks_for
from suar.screening.actions.manifest import BadManifest, Reviewed, ReviewReason, Sent, keep_manifest, review
from suar.screening.jobs.prelist import screen_manifest
from suar.vault.queries import new_id
from tests import cast
from tests.registers.nominating import banned, sari
from tests.screening.desk import LATER, rows

pytestmark = pytest.mark.django_db(databases=["default", "protection"])
ELSEWHERE = cast.Seat("wayan", "Wayan Sudira", "secondary_officer", "imigrasi", "TPI-BTC", "BTC-S", "departure")
SARI = {name: cast.SARI[name] for name in ("full_name", "nik", "passport_no", "birth_date", "sex")}
NOBODY = {"full_name": "Zulkarnaen Batubara", "passport_no": "X9900077", "destination": "SGP"}
FAULTY = {"full_name": "Budi Santoso", "passport_no": "X9900078", "nik": "12"}


@pytest.fixture(autouse=True)
def policies(db: None) -> None:
    cast.adopt()


def sent(*travellers: dict[str, str], flight: str = "GA820", key: str = "", seat: cast.Seat = cast.DIAN) -> UUID:
    told = Sent(flight=flight, departs_on=date(2026, 11, 21), rows=travellers, desk=seat.desk)
    return keep_manifest(told, act=cast.act(seat), key=key)


def listed(id_: UUID, seat: cast.Seat = cast.DIAN) -> ShortList:
    return short_list_for(cast.act(seat, at=LATER), id_)


def screened(*travellers: dict[str, str]) -> UUID:
    id_ = sent(*travellers)
    screen_manifest(id_, act=cast.hub(LATER))
    return id_


def with_a_ban() -> UUID:
    banned(sari(), at=cast.NOON - timedelta(days=1))
    return screened(NOBODY, SARI, FAULTY)


def test_the_rows_are_screened_ahead_and_only_those_who_need_a_look_are_listed() -> None:
    told = listed(with_a_ban())
    assert (told.manifest.answered, told.manifest.rows, told.manifest.done) == (3, 3, True)
    assert [(row.n, row.advice) for row in told.rows] == [(2, "hold")]
    assert rows("SELECT DISTINCT purpose, agency FROM screening_screening") == [("prelist", "imigrasi")]


def test_a_faulty_row_comes_back_at_once_with_what_is_wrong_and_the_others_go_on() -> None:
    id_ = sent(NOBODY, FAULTY)
    told = listed(id_)
    assert told.manifest.answered == 1 and [(n, '"code":"nik.length"' in fault) for n, fault in told.faulty] == [
        (2, True)
    ]
    page = cast.browser(cast.DIAN).get(f"/daftar-awal/{id_}/").content.decode()
    assert (
        "Baris 2" in page and "kirim baris itu lagi" in page and "1 dari 2" in page and "yang diterima 2 tanda" in page
    )


def test_the_same_manifest_is_kept_once_and_screened_once() -> None:
    first = screened(NOBODY)
    assert sent(NOBODY) == first
    assert screen_manifest(first, act=cast.hub(LATER)) == 0
    assert rows("SELECT count(*) FROM screening_screening") == [(1,)]
    assert sent(NOBODY, flight="GA821", key="k-1") == sent(NOBODY, flight="GA821", key="k-1")
    with pytest.raises(Conflict):
        sent(SARI, flight="GA821", key="k-1")


def test_it_counts_only_after_an_officer_says_so_and_then_the_second_interview_expects_him() -> None:
    id_ = with_a_ban()
    dian = cast.act(cast.DIAN, at=LATER)
    assert tasks_for(dian) == [] and open_for(dian) == []
    review(id_, 2, True, "", act=dian)
    assert [row.task.queue for row in tasks_for(dian)] == ["secondary"]
    with pytest.raises(Reviewed):
        review(id_, 2, False, "namesake", act=cast.act(cast.ARIF, at=LATER))


def test_set_aside_it_needs_a_reason_and_leads_nowhere() -> None:
    id_ = with_a_ban()
    dian = cast.act(cast.DIAN, at=LATER)
    with pytest.raises(ReviewReason):
        review(id_, 2, False, "", act=dian)
    review(id_, 2, False, "namesake", act=dian)
    assert tasks_for(dian) == []


def test_a_row_that_was_not_listed_cannot_be_reviewed_nor_one_of_another_office() -> None:
    id_ = with_a_ban()
    with pytest.raises(NotFound):
        review(id_, 1, True, "", act=cast.act(cast.DIAN, at=LATER))
    with pytest.raises(NotFound):
        review(id_, 2, True, "", act=cast.act(ELSEWHERE, at=LATER))


def test_the_cap_of_a_flight_says_how_many_it_left_out_and_keeps_the_highest() -> None:
    table: Any = Version.objects.get(name="desk/queues")
    capped = table.content | {
        "prelist": table.content["prelist"] | {"cap_per_flight": 1, "advices": ["clear", "advise", "hold"]}
    }
    Version.objects.create(
        id=new_id(cast.NOON), name="desk/queues", sha256="c" * 64, content=capped, in_force_from=cast.NOON - timedelta(hours=2),
        adopted_by=table.adopted_by, reason="tests",
    )  # fmt: skip
    told = listed(with_a_ban())
    assert ([row.n for row in told.rows], told.left_out, told.cap) == ([2], 1, 1)
    assert (
        "1 pelancong lagi tidak dimuat"
        in cast.browser(cast.DIAN).get(f"/daftar-awal/{told.manifest.id}/").content.decode()
    )


def test_a_flight_that_has_left_is_not_screened_ahead() -> None:
    told = Sent(flight="GA820", departs_on=date(2026, 11, 20), rows=[NOBODY], desk=cast.DIAN.desk)
    with pytest.raises(BadManifest):
        keep_manifest(told, act=cast.act(cast.DIAN))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "manifest.columns"),
        ("full_name,passport_no\n", "manifest.empty"),
        ("full_name,passport_no,religion\nA,B,C\n", "manifest.columns"),
        ("full_name\nA\n", "manifest.columns"),
        ("full_name,passport_no\nA,B\nA,B\nA,B\n", "manifest.too_long"),
    ],
)
def test_a_file_that_cannot_be_taken_says_why(text: str, code: str) -> None:
    assert [fault.code for fault in read_manifest(text, 2).faults] == [code]


def test_a_file_is_read_with_comma_or_semicolon_and_a_mark_of_its_order() -> None:
    for text in ("full_name,passport_no\nSari,X1\n\n", "\ufefffull_name;passport_no\r\nSari;X1\r\n"):
        assert read_manifest(text, 5).get() == ({"full_name": "Sari", "passport_no": "X1"},)
