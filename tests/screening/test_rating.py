"""A second officer of another chain rates the same answers unseen; a third breaks the tie; agreement is counted, and outcomes tell of nobody."""

from __future__ import annotations

import csv
import io
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError, connection, transaction

from suar.agencies.access import as_hub
from suar.audit.models import Entry
from suar.core.advice.deciding import Decided
from suar.core.advice.values import Decision
from suar.core.errors import NotFound
from suar.screening.access.quality import outcomes_for, quality_of_interviews
from suar.screening.access.rating import ratings_for, shown_blind
from suar.screening.actions.decide import decide
from suar.screening.actions.rate import Marks, MarksMissing, rate_again
from suar.screening.models import Rating, RatingDue
from suar.site.auth import now
from tests import cast
from tests.screening.interviewing import HANA, YANTO, asked_about, begun, ended, posted, said

pytestmark = pytest.mark.django_db(databases=["default", "protection"])
RATERS = (HANA, YANTO)


@pytest.fixture(autouse=True)
def policies(db: None) -> None:
    cast.adopt()
    posted(cast.BIMA, cast.DIAN, cast.ARIF, cast.NADIA, *RATERS)


def held(number: int = 0, overall: str = "some", **given: Any) -> UUID:
    """An interview of Dian's that has ended."""
    person = {"full_name": f"Sari Wulandari {number}", "nik": f"990101520590{number + 1:04}"}
    interview = begun(asked_about(traveller=person, declared_purpose="work"))
    said(
        interview,
        **(
            given
            or {"who_arranged": "agent", "debt": "agent", "employer_named": "Chen Wei", "sponsor_phone": "081290000011"}
        ),
    )
    ended(interview, overall=overall)
    return interview


def drawn(interview: UUID, turn: int = 2) -> cast.Seat:
    with transaction.atomic():
        as_hub()
        return cast.seat_of(RatingDue.objects.get(interview=interview, turn=turn).officer, RATERS)


def rated(interview: UUID, overall: str, turn: int = 2, mark: str = "some") -> None:
    act = cast.act(drawn(interview, turn), reference=str(interview))
    blind = shown_blind(act, interview)
    rate_again(interview, Marks(overall=overall, sure=3, of=dict.fromkeys(blind.rated, mark)), act=act)


def test_the_second_rater_is_drawn_from_another_office_and_never_whoever_held_it() -> None:
    offices = {drawn(held(number)).office for number in range(14)}
    assert offices <= {"TPI-BTC", "KANIM-MLG"} and len(offices) == 2, "drawn, and not always the same"


def test_nobody_but_the_one_drawn_sees_or_rates_it_and_he_once() -> None:
    interview = held()
    other = next(one for one in RATERS if one != drawn(interview))
    for seat in (cast.DIAN, cast.ARIF, other):
        act = cast.act(seat, reference=str(interview))
        assert ratings_for(act) == []
        with pytest.raises(NotFound):
            shown_blind(act, interview)
    rated(interview, "some")
    with pytest.raises(NotFound):
        rated(interview, "none")
    with pytest.raises(IntegrityError), transaction.atomic():
        one = Rating.objects.get(interview=interview, turn=2)
        Rating.objects.create(
            interview=interview,
            turn=3,
            at=one.at,
            agency=one.agency,
            office=one.office,
            officer=one.officer,
            overall="none",
            sure=1,
            marks={},
        )


def test_a_blind_rater_sees_answers_and_neither_the_person_nor_the_first_rating_nor_the_advice() -> None:
    at = now()
    interview = begun(asked_about(at=at, declared_purpose="work"), at=at)
    said(
        interview,
        at=at,
        who_arranged="agent",
        employer_named="Chen Wei Ling",
        sponsor_phone="081290000011",
        debt="agent",
    )
    ended(interview, at=at, overall="strong")
    page = cast.browser(drawn(interview)).get(f"/wawancara/{interview}/nilai/").content.decode()
    assert "Agen, sponsor, atau calo" in page and "disebut, tidak ditampilkan" in page
    for hidden in (
        "Sari",
        "Wulandari",
        cast.SARI_NIK,
        "Chen",
        "81290000011",
        "Dian",
        "Hitungan",
        "Minta wawancara kedua",
        "checked",
        "Ruang wawancara",
    ):
        assert hidden not in page, hidden
    logged = Entry.objects.filter(what="interview.seen_blind").count()
    assert logged == 1


def test_where_two_agree_nobody_else_is_asked_and_where_they_differ_a_third_breaks_the_tie() -> None:
    same, tied = held(1, overall="some"), held(2, overall="none")
    rated(same, "some")
    rated(tied, "strong")
    with transaction.atomic():
        as_hub()
        assert not RatingDue.objects.filter(interview=same, turn=3).exists()
    third = drawn(tied, 3)
    assert third != drawn(tied, 2)
    rated(tied, "strong", turn=3)
    with transaction.atomic():
        as_hub()
        assert list(Rating.objects.filter(interview=tied).order_by("turn").values_list("overall", flat=True)) == [
            "none",
            "strong",
            "strong",
        ]


def test_a_rating_says_every_mark_or_is_none() -> None:
    interview = held()
    act = cast.act(drawn(interview), reference=str(interview))
    with pytest.raises(MarksMissing):
        rate_again(interview, Marks(overall="some", sure=3, of={"who_arranged": "some"}), act=act)


def test_where_nobody_fits_yet_whoever_comes_to_fit_may_rate() -> None:
    for seat in RATERS:
        posting = cast.seated(seat)
        posting.until_at = cast.NOON
        posting.save()
    interview = held()
    assert ratings_for(cast.act(cast.ARIF)) == []
    late = cast.Seat("intan", "Intan Permata", "secondary_officer", "imigrasi", "TPI-DPS", "DPS-S", "departure", "5103")
    assert [id_ for id_, _ in ratings_for(cast.act(late))] == [interview]


def test_agreement_by_office_and_question_is_as_worked_out_by_hand() -> None:
    table = [
        ("none", "none"),
        ("none", "none"),
        ("none", "some"),
        ("some", "some"),
        ("some", "some"),
        ("strong", "some"),
        ("strong", "strong"),
        ("none", "none"),
    ]
    for number, (first, second) in enumerate(table):
        rated(held(number, overall=first, debt="agent"), second, mark="strong" if number < 2 else "some")
    found = quality_of_interviews(cast.act(cast.NADIA))
    ((office, whole),) = found.offices
    # po = 6/8; first: none 4, some 2, strong 2; second: none 3, some 4, strong 1; pe = (12 + 8 + 2)/64 = 22/64; kappa = (48 - 22)/(64 - 22) = 26/42.
    assert (office, whole.pairs, whole.observed, whole.by_chance, whole.kappa) == ("TPI-CGK", 8, 750, 344, 619)
    by_question = dict(found.questions)
    assert by_question["overall"] == whole
    # Every first mark of the debt is "some", six of the second are: they agree in 6 of 8, which is what chance gives: kappa 0.
    assert (by_question["debt"].observed, by_question["debt"].kappa) == (750, 0)
    assert [(office, version) for office, _, version, _, _ in found.versions] == [("TPI-CGK", 1)]
    page = cast.browser(cast.NADIA).get("/wawancara/mutu/")
    assert page.status_code == 200 and cast.browser(cast.DIAN).get("/wawancara/mutu/").status_code == 403


def test_outcomes_are_counts_and_codes_and_tell_of_nobody() -> None:
    for number in range(3):
        interview = held(number, overall="strong")
        rated(interview, "strong")
    with transaction.atomic(), connection.cursor() as cursor:
        as_hub()
        cursor.execute("SELECT newer FROM screening_interview_end ORDER BY interview LIMIT 1")
        newer = cursor.fetchone()[0]
    decide(newer, Decided(decision=Decision.REFER, desk="kp2mi"), act=cast.act(cast.DIAN, reference=str(newer)))
    rows = list(csv.DictReader(io.StringIO("\n".join(",".join(row) for row in outcomes_for(cast.act(cast.NADIA))))))
    debt = {
        (row["answer"], row["decision"], row["rated"]): row["interviews"] for row in rows if row["question"] == "debt"
    }
    assert debt == {("agent", "refer", "strong"): "1", ("agent", "", "strong"): "2"}
    assert {row["question"] for row in rows} == {"who_arranged", "debt"}, "words that somebody said are not in it"
    whole = cast.browser(cast.NADIA).get("/wawancara/mutu/hasil.csv").content.decode()
    for hidden in ("Sari", "Chen", "9901", "TPI-CGK", str(newer), "2026-"):
        assert hidden not in whole
    assert Entry.objects.filter(what="interview.outcomes").count() == 2
