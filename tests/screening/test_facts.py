"""Facts on their way to the desk: from rows below and from what is declared, through the real question and answer."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction

from suar.agencies.access import as_hub
from suar.journeys.queries import permits, shared
from suar.screening.access import body_of
from suar.screening.actions.ask import screen
from suar.screening.actions.question import Asked, BadQuestion
from suar.screening.models import Screening
from suar.vault.queries.prepared import prepared
from tests import cast
from tests.arrivals import arrive
from tests.registers.nominating import agreed as agreed_to
from tests.registers.nominating import asked as asked_for
from tests.registers.test_signals import signal
from tests.screening.lives import agreed, fresh

pytestmark = pytest.mark.django_db(databases=["default", "protection"])

SARI = {name: cast.SARI[name] for name in ("full_name", "birth_date", "sex", "passport_no", "nik")}
LATER = cast.NOON + timedelta(minutes=9)


@pytest.fixture(autouse=True)
def policies(db: None) -> None:
    cast.adopt()
    agreed()
    cast.agree("polri", "imigrasi", ["departure_screening"])


def answer(journey: dict[str, str] | None = None, answers: dict[str, str] | None = None, **more: Any) -> dict[str, Any]:
    """What the desk is told of Sari: the advice with its reasons, by their codes."""
    seat = cast.AYU if more.get("purpose") == "passport_application" else cast.BIMA
    fresh(LATER)
    asked = Asked(
        purpose=more.get("purpose", "departure"), desk=seat.desk, lane="", officer="", reference="R-1", traveller=SARI | more.get("traveller", {}),
        journey=journey or {}, answers=answers or {},
    )  # fmt: skip
    made = screen(asked, act=cast.act(seat, at=LATER, reference="R-1"), client="tests", key="", elapsed_ms=lambda: 1)
    with transaction.atomic():
        as_hub()
        said: dict[str, Any] = body_of(Screening.objects.get(id=made))["advised"]
    return said | {"codes": {one["code"].removeprefix("indicator.") for one in said["reasons"]}}


def evidence(said: dict[str, Any], code: str) -> dict[str, Any]:
    return next(dict(one["evidence"]) for one in said["reasons"] if one["code"] == f"indicator.{code}")


APPLIED = {"status": "approved", "submitted_at": "2026-11-02T03:00:00+00:00"}
NAMES = ("Wulan Sekar", "Guntur Rimba", "Lintang Senja", "Bayu Ombak", "Melati Fajar")


def neighbours(phone: str, count: int, **more: Any) -> list[dict[str, Any]]:
    return [
        {"id": f"n-{n}", "who": f"n{n}", "application_no": f"N-{n}", "full_name": NAMES[n], "birth_date": f"198{n}-03-1{n}", "phone": phone,
         "nik": f"9901011{n}038{n}0{n}01", **APPLIED, **more}
        for n in range(count)
    ]  # fmt: skip


def test_a_phone_that_four_other_households_gave_is_shown_with_its_count() -> None:
    phone = "+6281290000055"
    arrive("simkim", "passport_application", neighbours(phone, 4))
    said = answer(traveller={"phone": phone})
    assert evidence(said, "shared_phone") == {"shared_phone": 4} and said["advice"] == "advise"
    assert "shared_phone" not in answer(traveller={"phone": "+6281290000056"})["codes"]


def test_of_one_family_it_is_nothing_to_speak_of() -> None:
    phone = "+6281290000055"
    arrive("simkim", "passport_application", neighbours(phone, 4, kk="9901010101010001"))
    assert "shared_phone" not in answer(traveller={"phone": phone})["codes"]


def test_the_phone_of_his_own_application_counts_where_none_is_given_at_the_counter() -> None:
    phone = "+6281290000055"
    own = {"id": "s-1", "who": "sari", "application_no": "S-1", **SARI, "phone": phone, **APPLIED}
    arrive("simkim", "passport_application", [own, *neighbours(phone, 5)])
    assert evidence(answer(), "shared_phone") == {"shared_phone": 5}


def test_whoever_paid_for_many_is_told_apart_from_a_phone_of_many() -> None:
    payer = "+6281290000077"
    arrive("simkim", "passport_application", neighbours("+6281290000001", 4, payer_phone=payer))
    said = answer({"payer_phone": "0812-9000-0077"}, traveller={"phone": "+6281290000099"})
    assert evidence(said, "shared_payer") == {"shared_payer": 4} and "shared_phone" not in said["codes"]


PAYER = "+6281290000077"
TOURIST = {"declared_purpose": "tourism", "payer_phone": PAYER}


def own_application(**more: Any) -> dict[str, Any]:
    return {
        "id": "s-1",
        "who": "sari",
        "application_no": "S-1",
        **SARI,
        "phone": "+6281290000099",
        "payer_phone": PAYER,
        **APPLIED,
        **more,
    }


@pytest.mark.parametrize(
    ("submitted", "together"), [("2026-11-03T02:00:00+00:00", True), ("2026-11-05T03:00:01+00:00", False)]
)
def test_who_applied_through_one_payer_on_one_day_applied_together(submitted: str, together: bool) -> None:
    own = own_application(submitted_at=submitted)
    arrive("simkim", "passport_application", [own, *neighbours("+6281290000001", 4, payer_phone=PAYER)])
    said = answer(TOURIST)
    assert ("applied_together" in said["codes"]) is together
    assert not together or evidence(said, "applied_together") == {"applied_together": 4}


def test_a_number_behind_others_who_were_stopped_is_told_and_nobody_is_named() -> None:
    arrive("simkim", "passport_application", neighbours("+6281290000001", 4, payer_phone=PAYER))
    assert "number_of_the_harmed" not in answer(TOURIST)["codes"], (
        "four who paid through one number, and nothing befell them"
    )
    stopped = {
        "id": "d-1", "who": "n2", "full_name": NAMES[2], "birth_date": "1982-03-12", "deferred_at": "2026-10-01T03:00:00+00:00",
        "reason": "suspected_non_procedural",
    }  # fmt: skip
    arrive("simkim", "departure_deferral", [stopped], at=cast.NOON + timedelta(seconds=1))
    said = answer(TOURIST)
    assert evidence(said, "number_of_the_harmed") == {"shared_harmed": 1, "shared_phone": 0, "shared_payer": 4}
    assert "number_of_many_harmed" not in said["codes"]
    assert said["advice"] == "advise", "one number of whose people one came to harm calls nobody by itself"
    assert "number_of_the_harmed" not in answer({"declared_purpose": "tourism"})["codes"]


def test_a_signal_on_the_number_of_his_emergency_contact_reaches_him() -> None:
    arrive("simkim", "passport_application", [own_application(contact_phone="+6281290000066", payer_phone="")])
    assert "signal_on_recruiter" not in answer()["codes"]
    agreed_to(asked_for(signal(thing=("phone", "0812-9000-0066"), grades={"source": "B", "content": "2"})))
    assert evidence(answer(), "signal_on_recruiter") == {"signal_phone": "B2"}


@pytest.mark.parametrize(("agreed_on", "exceeded"), [("2026-11-20", False), ("2026-11-23", True)])
def test_an_order_that_was_full_before_he_agreed_is_exceeded_and_one_that_he_filled_is_not(
    agreed_on: str, exceeded: bool
) -> None:
    licensed(status="exhausted", at="2026-11-21T01:00:00+00:00")
    registered = {
        "id": "w-1",
        "who": "sari",
        **SARI,
        "status": "agreement_signed",
        "registered_at": "2026-10-20T03:00:00+00:00",
    }
    arrive(
        "siskop2mi",
        "worker_registration",
        [registered | {"agreement_on": agreed_on}],
        at=cast.NOON + timedelta(seconds=3),
    )
    assert ("job_order_exceeded" in answer(WORK)["codes"]) is exceeded


PLACED = {
    "id": "p-1", "who": "sari", **SARI, "country": "MYS", "status": "contracted", "contract_from": "2026-11-03", "job": "domestic_worker",
    "p3mi_license_no": "SIP3MI/99/1", "p3mi_name": "PT Mercu Suar", "job_order_no": "SIP2MI/99/7", "employer": "Rumah Dermaga",
}  # fmt: skip
COMPANY = {"p3mi_name": "PT Mercu Suar", "p3mi_license_no": "SIP3MI/99/1"}
WORK = {"declared_purpose": "work", "destination": "MYS"}


def licensed(licence: str = "active", **order: Any) -> None:
    """Sari's placement with the licence and the job order behind it."""
    arrive("siskop2mi", "placement", [PLACED])
    company = {"id": "l-1", **COMPANY, "license_to": "2027-12-31", "status": licence}
    arrive("siskop2mi", "p3mi", [company], at=cast.NOON + timedelta(seconds=1))
    kept = {"id": "o-1", **COMPANY, "job_order_no": "SIP2MI/99/7", "country": "MYS", "job": "domestic_worker", "quota": 9, "status": "open",
            "valid_to": "2027-06-30", "employer_kind": "household", **order}  # fmt: skip
    arrive("siskop2mi", "job_order", [kept], at=cast.NOON + timedelta(seconds=2))


def test_a_placement_in_order_asks_nothing() -> None:
    licensed()
    assert answer(WORK)["advice"] == "clear"


def test_a_revoked_licence_behind_the_placement_leads_to_help() -> None:
    licensed("revoked")
    said = answer(WORK)
    assert said["advice"] == "assist" and evidence(said, "p3mi_licence_ended")["p3mi_licence"] == "ended"


def test_a_job_order_for_another_country_and_one_closed_before_the_contract_are_told() -> None:
    licensed(country="KWT", valid_to="2026-10-01")
    assert {"job_order_country_differs", "job_order_ended"} <= answer(WORK)["codes"]


def test_a_job_order_that_ended_after_the_contract_was_made_is_in_order() -> None:
    licensed(valid_to="2026-11-10", status="closed")
    assert "job_order_ended" not in answer(WORK)["codes"]


def test_housework_under_the_moratorium_is_known_from_the_job_order() -> None:
    arrive("siskop2mi", "placement", [PLACED | {"country": "SAU"}])
    order = {
        "id": "o-1",
        **COMPANY,
        "job_order_no": "SIP2MI/99/7",
        "country": "SAU",
        "status": "open",
        "employer_kind": "household",
    }
    arrive("siskop2mi", "job_order", [order], at=cast.NOON + timedelta(seconds=1))
    assert "moratorium_household" in answer(WORK | {"destination": "SAU"})["codes"]
    assert "moratorium_household" not in answer(WORK)["codes"]
    assert "moratorium_household" not in answer(WORK | {"destination": "ARE"})["codes"], (
        "another country than his employer's"
    )


def test_complaints_of_others_about_his_recruiter_are_counted_and_his_own_is_not() -> None:
    licensed()
    rows = [
        {"id": f"c-{n}", "who": f"c{n}", "complaint_no": f"C-{n}", "full_name": NAMES[n], "filed_at": "2026-10-02T03:00:00+00:00", "status": "open",
         "p3mi_name": "PT. Mercu Suar", "at": cast.NOON.isoformat()}
        for n in range(3)
    ]  # fmt: skip
    own = {
        **rows[0],
        "id": "c-9",
        "who": "sari",
        "complaint_no": "C-9",
        **{k: SARI[k] for k in ("full_name", "nik", "birth_date")},
    }
    arrive("peduliwni", "complaint", [own, *rows], at=cast.NOON + timedelta(seconds=3))
    assert evidence(answer(WORK), "recruiter_complained_of")["complaints_recruiter"] == 3


def test_a_signal_on_the_company_of_the_placement_is_raised_with_its_grade() -> None:
    licensed()
    agreed_to(asked_for(signal(thing=("p3mi", "PT MERCU SUAR"), grades={"source": "B", "content": "2"})))
    said = answer(WORK)
    assert evidence(said, "signal_on_recruiter") == {"signal_p3mi": "B2"} and said["advice"] == "advise"


def test_a_weakly_graded_signal_is_hearsay_and_what_nobody_can_judge_weighs_nothing() -> None:
    agreed_to(asked_for(signal(grades={"source": "D", "content": "4"})))
    said = answer(traveller={"phone": "+6281290000099"})
    assert {"register.signal", "signal_from_hearsay"} <= said["codes"] and "signal_on_recruiter" not in said["codes"]
    assert said["advice"] == "advise"
    agreed_to(asked_for(signal(thing=("phone", "0812-9000-0098"), grades={"source": "E", "content": "5"})))
    codes = answer(traveller={"phone": "+6281290000098"})["codes"]
    assert "register.signal" in codes and "signal_from_hearsay" not in codes


def test_the_interview_s_answers_are_weighed_and_unknown_ones_left_aside() -> None:
    said = answer({"declared_purpose": "tourism"}, {"debt": "agent", "holds_passport": "agent", "shoe_size": "42"})
    assert said["advice"] == "secondary" and {"debt_to_recruiter", "passport_held_by_other"} <= said["codes"]


def test_a_request_for_help_goes_to_protection_before_any_score() -> None:
    said = answer({"declared_purpose": "tourism"}, {"debt": "agent", "threatened": "yes", "asks_for_help": "yes"})
    assert said["advice"] == "assist" and said["reasons"][0]["code"] == "indicator.asks_for_help"
    assert said["reasons"][0]["weight"] == 0


def test_what_is_declared_is_read_and_faults_are_told_by_field() -> None:
    said = answer(
        {
            "declared_purpose": "tourism",
            "departure_date": "2026-12-01",
            "return_date": "2027-03-01",
            "visa_days": "30",
            "visa_kind": "visit",
        }
    )
    assert evidence(said, "stay_past_visa") == {"stay_days": 90, "visa_days": 30, "visa_kind": "visit"}
    with pytest.raises(BadQuestion) as refused:
        answer({"ticket": "perhaps", "visa_days": "a month", "payer": "uncle"})
    assert {(one.field, one.code) for one in refused.value.faults} == {
        ("ticket", "code.unknown"), ("visa_days", "count.form"), ("payer", "code.unknown"),
    }  # fmt: skip


def test_what_was_told_at_the_desk_is_said_to_come_from_there() -> None:
    client = cast.browser(cast.BIMA)
    told = {"purpose": "departure", "full_name": "Wulan Sekar", "reference": "R-9", "declared_purpose": "umrah", "destination": "SAU",
            "departure_date": "2027-01-02", "return_date": "2027-06-01"}  # fmt: skip
    page = client.post("/meja/", told).content.decode()
    assert "umrah ini sekali jalan atau jauh lebih lama" in page and "Disebut atau ditunjukkan di meja ini" in page


def test_a_letter_shown_on_paper_counts_until_it_is_found() -> None:
    asked = {"declared_purpose": "work", "destination": "MYS"}
    codes = [
        answer(asked | shown, purpose="passport_application", traveller={"region_code": "357301"})["codes"]
        for shown in ({}, {"letter_shown": "yes"})
    ]
    assert "recommendation_missing" in codes[0] and "recommendation_missing" not in codes[1]


def test_who_shares_what_is_asked_in_a_handful_of_queries(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever shares nothing costs two queries by an index; whoever shares something two more."""
    phone, asked = "+6281290000055", list[str]()
    arrive("simkim", "passport_application", neighbours(phone, 5))

    def counting(words: str, told: Any, **more: Any) -> list[tuple[Any, ...]]:
        asked.append(words)
        return prepared(words, told, **more)

    for room in (shared, permits):
        monkeypatch.setattr(room, "prepared", counting)
    answer(traveller={"phone": phone})
    assert sum("journeys_thing" in words for words in asked) == 1, (
        "nobody on record is Sari, so only the others are asked for"
    )
    assert not any("journeys_permit" in words for words in asked), "no company stands behind the journey"
