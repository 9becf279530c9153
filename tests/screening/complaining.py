"""A complaint from abroad, and what comes of it, as the tests need it: Melati complains, Ratna frees it, KP2MI or Immigration agrees."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from suar.agencies.access import as_hub
from suar.core.act import Act
from suar.registers.queries.released import newest_rulings
from suar.screening.access import answer_for
from suar.screening.access.complaints import complaints_for
from suar.screening.actions.ask import screen
from suar.screening.actions.question import Asked
from suar.screening.actions.release import Wanted, approve
from suar.vault.queries import PROTECTION
from tests import cast
from tests.arrivals import arrive, send
from tests.registers.nominating import agreed

MINUTE = timedelta(minutes=1)
LATER = cast.NOON + timedelta(minutes=5)
P3MI = "PT Ombak Rimba Perkasa"
#: Whose words none may find again: of the worker, of whoever complained, and of their family.
PEOPLE = {
    "full_name": "Melati Puspokusumo", "known_as": "Mbak Mel", "nik": "9901014304950007", "birth_date": "1995-04-03", "passport_no": "X9907007",
    "phone_abroad": "+85298765007", "complainant_name": "Guntur Sasmitadipura", "complainant_phone": "+6281277700077",
    "mother_name": "Kenanga Tirtonegoro", "address": "Dusun Cempaka Kembar 17",
}  # fmt: skip
COMPLAINT = {
    "id": "KS/2026/HKG/000717", "complaint_no": "KS/2026/HKG/000717", **PEOPLE,
    "at": "2026-11-10T04:00:00+00:00", "filed_at": "2026-11-10T04:00:00+00:00", "country": "HKG",
    "subject": "unpaid_wages", "case_class": "general", "status": "in_progress", "p3mi_name": P3MI, "employer": "Keluarga Chan Tai Man",
    "recruiter_phone": "+6281355500055",
    "account": "Gaji ditahan empat bulan. Uang diminta ke rekening 7788990011 oleh PT Ombak Rimba Perkasa.",
}  # fmt: skip


def ratna(at: datetime = LATER, reference: str = "") -> Act:
    return cast.act(cast.RATNA, at=at, reference=reference)


def told(**more: Any) -> UUID:
    """Peduli WNI sends the complaint, over the stream that is kept behind the wall; the agreements stand. Returns the complaint's id."""
    cast.agree("kemlu", "kemenpppa", ["protection"])
    cast.agree("kemenpppa", "imigrasi", ["departure_screening", "passport_application", "register_keeping"])
    arrive("peduliwni", "complaint", [COMPLAINT | more], wall=PROTECTION)
    carried(cast.NOON)
    return UUID(str(complaints_for(ratna())[0]["id"]))


def carried(at: datetime) -> None:
    """What a stream behind the wall carries for the hub is placed and projected there."""
    from suar.site.auth import system_act
    from suar.site.sweep import sweep

    sweep(act=system_act("tests", at=at + MINUTE), left=timedelta(0))


def again(*, at: datetime, **more: Any) -> None:
    """Peduli WNI sends the complaint once more, as it says it now."""
    send("peduliwni", [COMPLAINT | {"version": "2"} | more], wall=PROTECTION, at=at)
    carried(at)


def chosen(**more: Any) -> Wanted:
    told: dict[str, Any] = {"kind": "p3mi", "thing": P3MI, "source_grade": "B", "content_grade": "2", "why": "unpaid"}
    return Wanted(**(told | more))


def proposed(complaint: UUID, *, at: datetime = LATER, **more: Any) -> UUID:
    """Ratna lets it out; whoever could agree is posted. Returns the request."""
    for other in (cast.SINTA, cast.BAYU):
        cast.seated(other)
    return approve(complaint, chosen(**more), act=ratna(at))


def released(complaint: UUID, *, at: datetime = LATER, **more: Any) -> UUID:
    """Let out and agreed to; returns the request."""
    request = proposed(complaint, at=at, **more)
    assert agreed(request, at=at + MINUTE) == "acted"
    return request


def entry_of(complaint: UUID) -> UUID:
    with transaction.atomic(using=PROTECTION):
        as_hub(wall=PROTECTION)
        entry = newest_rulings([complaint])[complaint].entry
    assert entry
    return entry


def at_the_passport_desk(
    p3mi: str = P3MI, *, at: datetime = LATER + 2 * MINUTE, traveller: Any = None
) -> dict[str, Any]:
    """What Ayu's passport desk is told of an applicant who names this P3MI."""
    asked = Asked(
        purpose="passport_application", desk=cast.AYU.desk, lane="", officer="", reference="MLG-7",
        traveller=traveller or {"full_name": "Zulkarnaen Batubara"}, journey={"p3mi": p3mi} if p3mi else {},
    )  # fmt: skip
    act = cast.act(cast.AYU, at=at, reference="MLG-7")
    id_: UUID = screen(asked, act=act, client="tests", key="", elapsed_ms=lambda: 1)
    return answer_for(act, id_, first=True)


def codes(answer: dict[str, Any]) -> set[str]:
    return {reason["code"] for reason in answer["reasons"]}


def secrets(ids: Sequence[object] = ()) -> list[str]:
    """Every word and number that leads to the people of the complaint, as it may be written."""
    words = [str(value) for name, value in PEOPLE.items() if name != "birth_date"]
    parts = [part for name in ("full_name", "complainant_name", "mother_name") for part in PEOPLE[name].split()]
    return [*words, *parts, str(COMPLAINT["complaint_no"]), "98765007", "77700077", *(str(one) for one in ids)]
