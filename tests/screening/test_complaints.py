"""A complaint abroad becomes a reason at the next applicant's passport desk, and nobody finds the way back to whoever complained."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import DatabaseError, connection, connections, transaction

from suar.agencies.access import DoorShut, as_hub
from suar.core.act import Act
from suar.core.errors import NotFound
from suar.core.registers.acts import State
from suar.registers.access.work import request_for
from suar.registers.actions.request import ContentMissing
from suar.screening.access.complaints import complaint_for, complaints_for
from suar.screening.actions.release import (
    CodeUnknown,
    NotFreed,
    NotNamed,
    RuledAlready,
    TooFew,
    approve,
    decline,
    end_signal,
)
from suar.screening.jobs.released import keep_true
from suar.vault.queries import PROTECTION
from tests import cast
from tests.arrivals import arrive
from tests.registers.nominating import agreed, newest, pending
from tests.registers.nominating import asked as asked_for
from tests.registers.test_signals import signal
from tests.screening.complaining import (
    COMPLAINT,
    LATER,
    MINUTE,
    PEOPLE,
    again,
    at_the_passport_desk,
    chosen,
    codes,
    entry_of,
    proposed,
    ratna,
    released,
    told,
)

pytestmark = pytest.mark.django_db(databases=["default", "protection"])
SIGNAL = {"register.signal", "indicator.signal_on_recruiter"}
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def policies(db: None) -> None:
    cast.adopt()


# law: UU 21/2007 Ps 58
def test_an_approved_complaint_is_a_reason_at_the_next_applicants_passport_desk() -> None:
    complaint = told()
    before = at_the_passport_desk()
    released(complaint)
    after = at_the_passport_desk()
    assert codes(after) - codes(before) == SIGNAL
    reason = next(one for one in after["reasons"] if one["code"] == "register.signal")
    assert reason["source"] == "suar" and "UU 21/2007 Ps 58" in str(reason["law"])
    assert not SIGNAL & codes(at_the_passport_desk("PT Cahaya Rinjani"))


def test_a_complaint_of_a_victim_is_read_and_let_out_behind_the_wall_as_any_other() -> None:
    complaint = told(trafficking_status="actual_victim")
    with connections[PROTECTION].cursor() as cursor, transaction.atomic(using=PROTECTION):
        as_hub(wall=PROTECTION)
        cursor.execute("SELECT count(*) FROM intake_record WHERE kind = 'complaint'")
        assert cursor.fetchone() == (1,)
    released(complaint)
    assert codes(at_the_passport_desk()) >= SIGNAL


def test_what_was_received_read_proposed_or_declined_changes_no_answer() -> None:
    cast.agree("kemlu", "kemenpppa", ["protection"])
    nothing = at_the_passport_desk(at=LATER - MINUTE)
    complaint = told()
    answers = [at_the_passport_desk()]
    complaint_for(ratna(), complaint)
    answers.append(at_the_passport_desk())
    request = proposed(complaint)
    answers.append(at_the_passport_desk())
    assert agreed(request, at=LATER + MINUTE, agrees=False) == "declined"
    answers.append(at_the_passport_desk())
    assert [one["reasons"] for one in answers] == [nothing["reasons"]] * 4
    assert not complaints_for(ratna(LATER + 2 * MINUTE)), (
        "the second agency's no is the end of it until the complaint changes"
    )


def test_a_declined_complaint_waits_no_more_until_it_says_something_else() -> None:
    complaint = told()
    decline(complaint, "too_little", act=ratna())
    assert not complaints_for(ratna()) and not SIGNAL & codes(at_the_passport_desk())
    with pytest.raises(RuledAlready):
        approve(complaint, chosen(), act=ratna())
    again(at=LATER + DAY, status="closed")
    assert not complaints_for(ratna(LATER + DAY)), "that it was closed says nothing new of the recruiter"
    again(at=LATER + 2 * DAY, version="3", account="Uang diminta lagi ke rekening 7788990011.")
    assert [row["state"] for row in complaints_for(ratna(LATER + 2 * DAY))] == ["changed"]


@pytest.mark.parametrize(
    ("more", "refused"),
    [
        ({"why": "gossip"}, CodeUnknown),
        ({"source_grade": "F"}, CodeUnknown),
        ({"content_grade": ""}, CodeUnknown),
        ({"thing": "PT Cahaya Rinjani"}, NotNamed),
        ({"kind": "account", "thing": "1234567890"}, NotNamed),
        ({"kind": "route", "thing": "Guntur Sasmitadipura > HKG"}, NotNamed),
        ({"kind": "address", "thing": "Dusun Cempaka Kembar 17"}, NotNamed),
        ({"kind": "employer", "thing": COMPLAINT["employer"]}, TooFew),
    ],
)
def test_only_what_the_complaint_names_and_the_lists_have_may_leave(more: dict[str, Any], refused: type) -> None:
    complaint = told()
    with pytest.raises(refused):
        approve(complaint, chosen(**more), act=ratna())
    assert [row["state"] for row in complaints_for(ratna())] == ["new"]


@pytest.mark.parametrize(
    ("more", "kind", "thing"),
    [
        ({"p3mi_name": "CV Melati Puspokusumo"}, "p3mi", "CV Melati Puspokusumo"),
        ({"recruiter_phone": PEOPLE["complainant_phone"]}, "phone", "0812 7770 0077"),
        ({"account": f"Transfer ke 88{PEOPLE['nik']}"}, "account", f"88{PEOPLE['nik']}"),
        ({"p3mi_name": "Agen Cempaka Kembar"}, "p3mi", "Agen Cempaka Kembar"),
    ],
)
def test_the_machine_finds_the_complainants_own_name_number_and_address_in_what_would_leave(
    more: dict[str, str], kind: str, thing: str
) -> None:
    complaint = told(**more)
    with pytest.raises(NotFreed):
        approve(complaint, chosen(kind=kind, thing=thing), act=ratna())


def test_an_account_of_which_the_complaint_tells_may_be_typed() -> None:
    request = released(told(), kind="account", thing="77889-90011")
    assert pending(request).said["words"]["thing"] == ["account", "7788990011"]


def test_an_employer_whom_many_others_name_may_leave() -> None:
    placed = {
        "country": "HKG",
        "status": "contracted",
        "contract_from": "2026-01-03",
        "employer": COMPLAINT["employer"],
    }
    arrive("siskop2mi", "placement", [
        {"id": f"p-{n}", "who": f"w{n}", "full_name": f"Jaka Rimba {'abcde'[n] * 3}", "birth_date": f"199{n}-02-0{n + 1}", **placed} for n in range(5)
    ])  # fmt: skip
    released(told(), kind="employer", thing=COMPLAINT["employer"])


# Corrections and withdrawals ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def complaint() -> Iterator[UUID]:
    found = told(gone="")
    released(found)
    assert keep_true(act=cast.hub(LATER + DAY)) == 0 and codes(at_the_passport_desk(at=LATER + DAY)) >= SIGNAL
    yield found


@pytest.mark.parametrize(
    "said", [{"gone": "yes"}, {"p3mi_name": "PT Lain Sekali", "account": "Ternyata perusahaan lain."}]
)
def test_a_complaint_withdrawn_or_corrected_suspends_its_signal_and_comes_back_to_the_desk(
    complaint: UUID, said: dict[str, str]
) -> None:
    again(at=LATER + DAY, **said)
    assert keep_true(act=cast.hub(LATER + DAY + 3 * MINUTE)) == 1
    assert keep_true(act=cast.hub(LATER + DAY + 4 * MINUTE)) == 0, "twice is once"
    assert newest(entry_of(complaint)).state is State.SUSPENDED
    later = LATER + DAY + 5 * MINUTE
    assert not SIGNAL & codes(at_the_passport_desk(at=later))
    assert [(row["id"], row["state"]) for row in complaints_for(ratna(later))] == [(complaint, "suspended")]
    request = end_signal(complaint, "settled", act=ratna(later))
    assert agreed(request, at=later + MINUTE) == "acted"
    assert newest(entry_of(complaint)).state is State.ENDED


def test_one_that_is_closed_or_moves_behind_the_wall_keeps_its_signal(complaint: UUID) -> None:
    again(at=LATER + DAY, status="closed", trafficking_status="actual_victim")
    assert keep_true(act=cast.hub(LATER + DAY + 3 * MINUTE)) == 0
    assert codes(at_the_passport_desk(at=LATER + DAY + 4 * MINUTE)) >= SIGNAL


def test_by_raw_sql_no_signal_is_suspended_before_its_day_while_its_ground_stands(complaint: UUID) -> None:
    entry = entry_of(complaint)
    with pytest.raises(DatabaseError, match="the term is not what this act makes of it"), transaction.atomic():
        as_hub()
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT string_agg(column_name, ', ') FROM information_schema.columns WHERE table_name = 'registers_act'"
                " AND table_schema = 'public' AND is_generated = 'NEVER'"
            )
            (columns,) = cursor.fetchone()
            other = "jsonb_build_object('id', gen_random_uuid(), 'seq', 2, 'act', 'suspend', 'state', 'suspended', 'request', NULL)"
            cursor.execute(
                f"INSERT INTO registers_act ({columns}) SELECT {columns} FROM (SELECT (jsonb_populate_record(a, {other})).* FROM registers_act a"
                " WHERE entry = %s) b",
                [entry],
            )


# Doors -------------------------------------------------------------------------------------------------------------------------------


def test_nobody_but_the_protection_desk_opens_a_complaint_and_only_under_an_agreement() -> None:
    complaint = told()
    for seat in (*cast.SEATS, cast.MAYA):
        if seat.role == "protection_officer":
            continue
        with pytest.raises(DoorShut):
            complaints_for(cast.act(seat, purpose="protection"))
        with pytest.raises(DoorShut):
            complaint_for(cast.act(seat, purpose="protection"), complaint)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM agencies_agreement WHERE giver_id = 'kemlu'")
    assert not complaints_for(ratna(LATER + MINUTE))
    with pytest.raises(NotFound):
        complaint_for(ratna(LATER + MINUTE), complaint)


def test_the_look_is_kept_behind_the_wall_and_the_hubs_log_names_no_complaint() -> None:
    complaint = told()
    released(complaint)
    with transaction.atomic(using=PROTECTION), connections[PROTECTION].cursor() as cursor:
        complaint_for(ratna(LATER + DAY), complaint)
        cursor.execute("SELECT what FROM audit_entry WHERE %s = ANY(about) ORDER BY id", [complaint])
        assert {what for (what,) in cursor.fetchall()} >= {"complaint.listed", "complaint.approved", "complaint.read"}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM audit_entry WHERE %s = ANY(about) OR convert_from(body, 'UTF8') LIKE %s",
            [complaint, f"%{complaint}%"],
        )
        assert cursor.fetchone() == (0,)


def test_the_hub_cannot_write_which_signal_came_of_whose_complaint() -> None:
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("INSERT INTO registers_release (id) VALUES (gen_random_uuid())")


def sinta(request: UUID) -> Act:
    seat = cast.seat_of(pending(request).drawn, (cast.SINTA, cast.BAYU))
    return cast.act(seat, at=LATER + MINUTE, reference=str(request))


def test_the_second_agency_sees_the_thing_its_grades_and_a_code() -> None:
    request = proposed(told())
    shown = request_for(sinta(request), request)
    assert shown["thing"] == ["p3mi", "pt ombak rimba perkasa"] and shown["grades"] == {"source": "B", "content": "2"}
    assert shown["coded"]["en"] == "Wages not paid or cut" and shown["text"] == "" and not shown["document"]


def test_a_signal_of_words_still_needs_words() -> None:
    with pytest.raises(ContentMissing):
        asked_for(signal(text=""))
