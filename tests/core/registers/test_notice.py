"""The notice: what it says by which act, and every last day by the Indonesian calendar, in each of the three zones."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from functools import cache
from typing import Any
from uuid import UUID

import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from suar.core.identity.zones import WIB, WIT, WITA
from suar.core.registers.notice import (
    About,
    Contact,
    EntryFacts,
    NoNotice,
    Notice,
    Proof,
    clock_of,
    due_at,
    end_of,
    local,
    masked,
    notice_of,
)
from suar.core.registers.notice_code import code_grouped, code_text, read_code
from suar.core.registers.notice_words import Wording
from suar.core.registers.working_days import working_days_after
from suar.core.standard.tables import BadTable, Said
from tests.golden import adopted

SECOND = timedelta(seconds=1)
#: The holidays of the joint decrees for 2026, and collective leave, as the calendar has them; a table of days, so that the cases can be read.
LEBARAN = {date(2026, 3, day) for day in (18, 19, 20, 21, 22, 23, 24)}
CHRISTMAS = {date(2026, 12, 24), date(2026, 12, 25), date(2027, 1, 1), date(2027, 1, 5)}
OFF = LEBARAN | CHRISTMAS | {date(2026, 4, 3), date(2026, 4, 5), date(2026, 5, 1)}


@cache
def calendar() -> Mapping[date, str]:
    return dict(holidays.country_holidays("ID", years=(2026, 2027), categories=("public", "government")))


@pytest.mark.parametrize(
    ("day", "count", "comes_to", "why"),
    [
        (date(2026, 11, 27), 1, date(2026, 11, 30), "a Friday: the weekend does not count"),
        (date(2026, 11, 28), 1, date(2026, 11, 30), "a Saturday counts from the Monday"),
        (date(2026, 11, 30), 21, date(2026, 12, 31), "over Christmas and the collective leave of its eve"),
        (date(2026, 3, 17), 1, date(2026, 3, 25), "Nyepi, Lebaran and their leave: eight days without a working day"),
        (date(2026, 3, 13), 10, date(2026, 4, 6), "over Lebaran and Good Friday"),
        (date(2026, 12, 23), 1, date(2026, 12, 28), "collective leave on the eve, Christmas, a weekend"),
        (date(2026, 12, 31), 3, date(2027, 1, 7), "over New Year, and Isra Mikraj of the next year"),
        (date(2026, 12, 31), 0, date(2026, 12, 31), "none at all"),
    ],
)
def test_a_term_in_working_days_leaves_out_weekends_holidays_and_collective_leave(
    day: date, count: int, comes_to: date, why: str
) -> None:
    assert working_days_after(day, count, OFF) == comes_to, why
    assert working_days_after(day, count, calendar()) == comes_to, f"by the calendar of the library: {why}"


def test_collective_leave_is_not_worked_on() -> None:
    """What the library calls public leaves out cuti bersama: without it Lebaran would end three days too early."""
    public = holidays.country_holidays("ID", years=2026, categories=("public",))
    assert working_days_after(date(2026, 3, 17), 1, public) < working_days_after(date(2026, 3, 17), 1, calendar())


@pytest.mark.parametrize(
    ("decided", "zone", "days", "late_from"),
    [
        ("2026-03-02T16:59:59+00:00", WIB, 7, "2026-03-09T17:00:00+00:00"),  # 23.59 on the 2nd in Jakarta
        ("2026-03-02T17:00:00+00:00", WIB, 7, "2026-03-10T17:00:00+00:00"),  # midnight: the 3rd already
        ("2026-03-02T16:59:59+00:00", WITA, 7, "2026-03-10T16:00:00+00:00"),  # 00.59 on the 3rd in Makassar
        ("2026-03-02T15:30:00+00:00", WIT, 3, "2026-03-06T15:00:00+00:00"),  # 00.30 on the 3rd in Jayapura
        ("2026-03-19T05:00:00+00:00", WIB, 7, "2026-03-26T17:00:00+00:00"),  # calendar days: Lebaran does not stop them
    ],
)
def test_the_clock_of_a_notice_ends_with_the_local_day_of_the_deciding_office(
    decided: str, zone: timezone, days: int, late_from: str
) -> None:
    assert due_at(datetime.fromisoformat(decided), zone, days) == datetime.fromisoformat(late_from)


@pytest.mark.parametrize(
    ("zone", "said"), [(WIB, ("21", "23.30", "WIB")), (WITA, ("22", "00.30", "WITA")), (WIT, ("22", "01.30", "WIT"))]
)
def test_a_time_is_written_on_the_clock_of_the_deciding_office(zone: timezone, said: tuple[str, str, str]) -> None:
    written = local(datetime(2026, 11, 21, 16, 30, tzinfo=UTC), zone)
    assert (f"{written.day:%d}", written.clock, written.letters) == said


def test_a_term_over_at_midnight_holds_through_the_day_before() -> None:
    midnight = datetime(2027, 1, 15, tzinfo=WITA)
    said = end_of(midnight, WITA)
    assert (said.day, said.clock, said.letters) == (date(2027, 1, 14), "24.00", "WITA")
    inside = end_of(midnight - SECOND, WITA)
    assert (inside.day, inside.clock) == (date(2027, 1, 14), "23.59")


# What it says -----------------------------------------------------------------------------------------------------------------------

SARI = About(name="Sari Wulandari", birth_year="1990", identifiers=(("passport_no", masked("X9900001")),))
BAN = EntryFacts(
    id=UUID(int=1),
    kind="exit_ban",
    subject=UUID(int=2),
    agency="imigrasi",
    authority=Said(id="Jaksa Agung", en="Attorney General"),
    law=("UU 6/2011 Ps 91",),
    decision_no="KEP-1/2026",
    reason="exit_ban",
    begins=datetime(2026, 11, 30, tzinfo=WIB),
    ends=datetime(2027, 5, 30, tzinfo=WIB),
    office="DITJENIM",
    zone=WIB,
    act=UUID(int=3),
    decided_at=datetime(2026, 11, 30, 3, tzinfo=UTC),
)
DEFERRAL = replace(BAN, kind="departure_deferral", reason="suspected_non_procedural", decision_no="")
PROOF = Proof(number="PB/2026/1", code="AB12", address="https://suar.example/sah/AB12/")


def made(facts: EntryFacts = BAN, at: datetime = datetime(2026, 11, 30, 4, tzinfo=UTC), **more: Any) -> Notice:
    told = {"title": Said(id="Pencegahan", en="Exit ban"), "to_whom": "person", "holidays": OFF, **more}
    return notice_of(
        facts, SARI, wording=adopted.wording(), ask=Contact(office="Ditjen Imigrasi"), proof=PROOF, at=at, **told
    )


def last_days(notice: Notice) -> dict[str, str]:
    return {one.code: one.latest.isoformat() if one.latest else "any" for one in notice.remedies}


# law: UU 30/2014 Ps 78; UU 5/1986 Ps 55
def test_the_last_days_of_a_deferral_follow_one_another() -> None:
    """Objection 21 working days, its answer 10, the appeal 10, its answer 10, the court 90 days: each from the last day of the one before."""
    assert last_days(made(DEFERRAL)) == {
        "objection": "2026-12-31",
        "appeal": "2027-02-01",  # answered on 18 January at the latest, without 1 and 5 January
        "court": "2027-05-16",  # answered on 15 February at the latest
        "ombudsman": "2028-11-30",
        "correction": "any",
    }


def test_a_ban_is_objected_to_as_long_as_it_runs() -> None:
    """UU 6/2011 Ps 96(2): until the last day of the term, in the zone of the office that decided."""
    days = last_days(made())
    assert days["objection_ban"] == "2027-05-29" and "appeal" not in days
    jayapura = replace(BAN, zone=WIT, begins=datetime(2026, 11, 30, tzinfo=WIT), ends=datetime(2027, 5, 29, tzinfo=WIT))
    assert last_days(made(jayapura))["objection_ban"] == "2027-05-28"


def test_a_notice_made_after_midnight_in_jayapura_is_counted_from_the_next_day() -> None:
    evening = datetime(2026, 11, 30, 15, 30, tzinfo=UTC)
    west, east = (last_days(made(replace(DEFERRAL, zone=zone), evening))["objection"] for zone in (WIB, WIT))
    assert (west, east) == ("2026-12-31", "2027-01-04")


def test_two_years_from_a_leap_day_end_on_the_28th() -> None:
    leap = last_days(made(DEFERRAL, datetime(2028, 2, 29, 4, tzinfo=UTC)))
    assert leap["ombudsman"] == "2030-02-28"


@pytest.mark.parametrize("verb", ["lift", "lapse", "suspend"])
def test_what_restricts_nobody_any_longer_is_not_said_to(verb: str) -> None:
    over, running = made(replace(BAN, verb=verb)), made()
    assert over.measure != running.measure and "tidak lagi membatasi" in over.measure.id
    assert set(last_days(over)) == {"ombudsman", "correction"}


@pytest.mark.parametrize("kind", ["protection_marker", "repatriation", "prevention", "unheard_of"])
def test_of_a_protection_fact_nobody_is_told_on_paper(kind: str) -> None:
    with pytest.raises(NoNotice):
        made(replace(BAN, kind=kind))


def test_the_ground_is_said_in_plain_words_and_a_code_without_words_leads_to_the_decision() -> None:
    assert "KP2MI" in made(DEFERRAL).ground.id and "free of charge" in made(DEFERRAL).ground.en
    assert "salinannya" in made(replace(DEFERRAL, reason="something_new")).ground.id


ACCUSING = (
    "tersangka", "pelaku", "korban", "blacklist", "daftar hitam", "penjahat", "perdagangan orang", "suspect", "victim", "offender", "guilty",
    "criminal", "trafficking",
)  # fmt: skip


def every_text(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    inner = value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ()
    return [text for one in inner for text in every_text(one)]


def accusing(table: Mapping[str, Any]) -> list[str]:
    said = {name: part for name, part in table.items() if name != "remedies"}
    return [text for text in every_text(said) if any(word in text.lower() for word in ACCUSING)]


def test_no_word_accuses_and_none_names_a_victim() -> None:
    """T15: the letter may lie open on a kitchen table."""
    table = adopted.tables("notices")["notices"]
    assert accusing(table) == []
    planted = deepcopy(table)
    planted["grounds"]["other"]["id"] = "Anda tersangka."
    assert accusing(planted) == ["Anda tersangka."]


def test_an_identifier_shows_its_end_alone() -> None:
    assert masked("X9900001") == "•••••001" and masked("12345") == "•••••" and masked("") == ""


# The policy -------------------------------------------------------------------------------------------------------------------------


def broken(change: str) -> dict[str, Any]:
    table = deepcopy(adopted.tables("notices"))
    file = table["notices"]
    match change:
        case "remedy":
            file["notices"][0]["remedies"].append("prayer")
        case "none":
            file["notices"][0]["remedies"] = []
        case "order":
            file["notices"][2]["remedies"] = ["appeal", "objection"]
        case "term":
            del next(row for row in file["remedies"] if row["code"] == "objection")["days"]
        case "words":
            del file["words"]["latest"]
        case "addressee":
            del file["addressees"]["mission"]
        case "ground":
            del file["grounds"]["other"]
    return table


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("remedy", "no remedy prayer"),
        ("none", "a measure without remedy"),
        ("order", "no step before appeal"),
        ("term", "objection: no term"),
        ("words", "no words latest"),
        ("addressee", "no addressee mission"),
        ("ground", "no ground other"),
    ],
)
def test_words_that_would_leave_a_gap_on_a_notice_are_refused(change: str, said: str) -> None:
    with pytest.raises(BadTable, match=said):
        Wording.read(broken(change))


def test_every_kind_of_which_somebody_must_be_told_has_its_words() -> None:
    told = {kind for kind, row in adopted.legal_basis().terms.items() if row.notice}
    assert told and told <= set(adopted.wording().kinds)


# law: UU 6/2011 Ps 94; PP 31/2013 Ps 229
def test_pencegahan_is_told_to_the_person_within_seven_days_and_to_the_minister_within_three() -> None:
    assert dict(adopted.legal_basis()["exit_ban"].notice) == {"person": 7, "minister": 3}
    assert dict(adopted.legal_basis()["exit_ban_urgent"].notice) == {"person": 7}


# The clock and the code -------------------------------------------------------------------------------------------------------------

DUE = datetime(2026, 12, 7, 17, tzinfo=UTC)


@pytest.mark.parametrize(
    ("sent", "at", "state"),
    [
        (None, DUE - SECOND, "due"),
        (None, DUE, "missed"),
        (DUE - SECOND, DUE + timedelta(days=9), "met"),
        (DUE, DUE, "missed"),
        (DUE + SECOND, DUE + timedelta(days=9), "missed"),
    ],
)
def test_a_clock_is_met_to_the_second_and_one_missed_stays_missed(
    sent: datetime | None, at: datetime, state: str
) -> None:
    assert clock_of(DUE, sent, at) == state


@given(st.binary(min_size=16, max_size=16))
def test_a_code_is_read_back_however_it_was_typed(code: bytes) -> None:
    text = code_text(code)
    assert len(text) == 26 and read_code(text) == code
    assert read_code(code_grouped(text).lower()) == code
    assert read_code(text.replace("O", "0").replace("I", "1").replace("B", "8")) == code


@pytest.mark.parametrize(
    "text", ["", "A", "A" * 25, "A" * 27, "sent", "é" * 26, "A" * 25 + "9", "A" * 25 + "B", "=" * 26]
)
def test_what_can_be_no_code_is_none(text: str) -> None:
    """The last letter carries three bits: of thirty-two letters only eight can stand there."""
    assert read_code(text) is None


def test_two_codes_are_never_written_alike() -> None:
    assert code_text(bytes(16)) != code_text(bytes(15) + b"\x01")
