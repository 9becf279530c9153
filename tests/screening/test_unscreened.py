"""Nobody leaves unscreened and unseen: crossings beside screenings, misses that nobody can hide, and a silence that is never called zero."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.db import connection, transaction
from django.db.utils import Error

from suar.agencies.access import DoorShut, as_hub
from suar.core.errors import NotFound
from suar.exchange.models import Outgoing
from suar.screening.access.unscreened import lanes_for, owed_by, rows_for
from suar.screening.actions.ask import screen
from suar.screening.actions.explain import NoneChosen, ReasonNotListed, explain
from suar.screening.actions.question import Asked
from suar.screening.jobs.unscreened import compare, compare_due
from suar.screening.queries.unscreened import MISSED, reconciliation
from suar.site.running.ready import BY_INDEX
from tests import cast
from tests.arrivals import arrive
from tests.proving import Claim
from tests.screening.crossing import Crossed, Seen, adopt, compared, cross, heard, see

pytestmark = pytest.mark.django_db(databases=["default", "protection"])
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
LEFT = cast.NOON - HOUR
NUMBER = cast.SARI["passport_no"]
#: Budi supervises at another checkpoint.
BUDI = replace(cast.ARIF, username="budi", full_name="Budi Hartono", office="TPI-BTC", desk="BTC-S")


@pytest.fixture(autouse=True)
def policies(db: None) -> None:
    cast.adopt()
    heard(cast.NOON)


def missed(at: datetime = cast.NOON) -> set[UUID]:
    """What one cycle newly finds."""
    return set(compare(act=cast.hub(at)))


def test_a_crossing_that_nobody_screened_is_missed_once_and_one_that_was_is_not() -> None:
    seen, unseen = Crossed(passport_no="X9900002", at=LEFT), Crossed(passport_no="X9900003", at=LEFT)
    cross([seen, unseen])
    see([Seen(passport_no="X9900002", at=LEFT - 5 * MINUTE)])
    assert missed() == {unseen.id}
    assert missed(cast.NOON + 15 * MINUTE) == set()
    (row,) = owed_by(cast.act(cast.ARIF)).open
    assert (row.crossing, row.office, row.place, row.lane, row.crossed_at) == (
        unseen.id, "TPI-CGK", "cgk", "counter", LEFT,
    )  # fmt: skip


def test_the_desks_own_screening_answers_for_the_crossing_under_the_same_passport() -> None:
    act = cast.act(cast.BIMA, at=LEFT - MINUTE, reference="R-1")
    asked = Asked(
        purpose="departure", desk=cast.BIMA.desk, lane="", officer="", reference="R-1", traveller=cast.SARI, journey={}
    )
    screen(asked, act=act, client="tests", key="", elapsed_ms=lambda: 1)
    cross([Crossed(passport_no=NUMBER, at=LEFT)])
    assert missed() == set()


def test_whoever_was_asked_about_by_her_nik_is_known_by_her_records() -> None:
    crossing = {
        "id": "c-1", "who": "w-1", "full_name": cast.SARI["full_name"], "birth_date": cast.SARI["birth_date"], "sex": "2", "passport_no": NUMBER,
        "crossed_at": (LEFT - timedelta(days=90)).isoformat(), "direction": "exit", "tpi": "cgk", "lane": "counter", "result": "allowed",
    }  # fmt: skip
    application = {
        "id": "a-1", "who": "w-1", **cast.SARI, "application_no": "A-1", "status": "approved", "submitted_at": "2026-03-02T03:00:00+00:00",
    }  # fmt: skip
    arrive("simkim", "passport_application", [application], at=cast.NOON - 2 * HOUR)
    act = cast.act(cast.BIMA, at=LEFT - MINUTE, reference="R-1")
    typed = {"full_name": cast.SARI["full_name"], "nik": cast.SARI_NIK, "birth_date": cast.SARI["birth_date"]}
    asked = Asked(
        purpose="departure", desk=cast.BIMA.desk, lane="", officer="", reference="R-1", traveller=typed, journey={}
    )
    screen(asked, act=act, client="tests", key="", elapsed_ms=lambda: 1)
    arrive("simkim", "crossing", [crossing | {"crossed_at": LEFT.isoformat()}])
    heard(cast.NOON)
    assert missed() == set()
    arrive(
        "simkim",
        "crossing",
        [crossing | {"id": "c-2", "who": "w-2", "passport_no": "X9900009", "crossed_at": LEFT.isoformat()}],
    )
    assert len(missed()) == 1


@pytest.mark.parametrize(
    ("screening", "counts"),
    [
        (Seen(passport_no=NUMBER, at=LEFT - 6 * HOUR), True),
        (Seen(passport_no=NUMBER, at=LEFT - 6 * HOUR - MINUTE), False),  # an earlier journey's
        (Seen(passport_no=NUMBER, at=LEFT + 15 * MINUTE), True),
        (Seen(passport_no=NUMBER, at=LEFT + 16 * MINUTE), False),  # made up afterwards
        (Seen(passport_no=NUMBER, at=LEFT - MINUTE, office="TPI-BTC"), False),
        (Seen(passport_no=NUMBER, at=LEFT - MINUTE, purpose="passport_application"), False),
        (Seen(passport_no=NUMBER, at=LEFT - MINUTE, purpose="prelist"), False),  # a counter asks for itself
        (Seen(passport_no="X9900008", at=LEFT - MINUTE), False),
    ],
)
def test_at_a_counter_only_a_screening_of_that_checkpoint_and_hour_counts(screening: Seen, counts: bool) -> None:
    crossing = Crossed(passport_no=NUMBER, at=LEFT)
    cross([crossing])
    see([screening])
    assert missed() == (set() if counts else {crossing.id})


@pytest.mark.parametrize(
    ("screening", "counts"),
    [
        (Seen(passport_no=NUMBER, at=LEFT - 40 * HOUR, purpose="prelist", office=""), True),
        (Seen(passport_no=NUMBER, at=LEFT - 49 * HOUR, purpose="prelist", office=""), False),
        (Seen(passport_no=NUMBER, at=LEFT + MINUTE, purpose="prelist"), True),  # two clocks
        (Seen(passport_no=NUMBER, at=LEFT + 2 * MINUTE, purpose="prelist"), False),
        (Seen(passport_no=NUMBER, at=LEFT - MINUTE), True),  # sent from the counter to the gate
    ],
)
def test_at_a_gate_whoever_was_on_the_pre_list_was_screened(screening: Seen, counts: bool) -> None:
    crossing = Crossed(passport_no=NUMBER, at=LEFT, lane="autogate")
    cross([crossing])
    see([screening])
    assert missed() == (set() if counts else {crossing.id})


def test_entries_and_checkpoints_that_nobody_compares_are_no_misses_and_the_latter_are_shown_apart() -> None:
    cross(
        [
            Crossed(passport_no="X9900002", at=LEFT, direction="entry"),
            Crossed(passport_no="X9900003", at=LEFT, place="dps"),
        ]
    )
    assert missed() == set()
    seen = lanes_for(cast.act(cast.NADIA), days=1)
    assert [(one.place, one.crossings) for one in seen.apart] == [("dps", 1)]
    assert {one.place for one in seen.lanes} == {"cgk", "batam_centre"}


def opens_at(at: datetime, lane: str = "counter", *, days: int = 1) -> None:
    """This installation declares from when one of its lanes is screened."""
    adopt("openings", {"dated": "2026-11-21", "opened": {"cgk": {lane: at.isoformat()}}}, days=days)


def test_what_left_before_its_lane_was_opened_is_no_miss_and_in_no_number() -> None:
    opens_at(LEFT)
    before, after = Crossed(passport_no="X9900002", at=LEFT - MINUTE), Crossed(passport_no="X9900003", at=LEFT)
    gate = Crossed(passport_no="X9900004", at=LEFT - MINUTE, lane="autogate")
    cross([before, after, gate])
    assert missed() == {after.id, gate.id}, "the gate beside it was open already"
    seen = lanes_for(cast.act(cast.NADIA), days=1)
    (counter,) = (one for one in seen.lanes if (one.place, one.lane) == ("cgk", "counter"))
    assert (counter.crossings, counter.missed, counter.opened_at) == (1, 1, LEFT)


def test_a_later_opening_hides_nothing_that_was_missed_and_an_earlier_one_is_not_taken() -> None:
    crossing = Crossed(passport_no="X9900002", at=LEFT)
    cross([crossing])
    assert missed() == {crossing.id}
    opens_at(cast.NOON)
    (counter,) = (one for one in lanes_for(cast.act(cast.NADIA), days=1).lanes if one.missed)
    assert (counter.crossings, counter.missed, counter.open) == (0, 1, 1)
    assert [one.crossing for one in owed_by(cast.act(cast.ARIF)).open] == [crossing.id]
    adopted = reconciliation(cast.NOON).opened
    opens_at(cast.BEFORE, lane="autogate", days=2)
    assert reconciliation(cast.NOON + MINUTE).opened == tuple(
        replace(one, from_at=datetime.fromisoformat("2026-11-21T00:00:00+07:00")) for one in adopted
    )


def test_what_is_just_now_waits_for_the_next_cycle_and_what_came_in_late_is_found_all_the_same() -> None:
    fresh = Crossed(passport_no="X9900002", at=cast.NOON - MINUTE)
    cross([fresh])
    assert missed() == set()
    late = Crossed(passport_no="X9900003", at=cast.NOON - timedelta(hours=12))
    cross([late])
    assert missed(cast.NOON + 15 * MINUTE) == {fresh.id, late.id}


def test_a_cycle_is_due_every_fifteen_minutes_and_not_sooner() -> None:
    cross([Crossed(passport_no="X9900002", at=LEFT)])
    assert compare_due(act=cast.hub()) == 1
    cross([Crossed(passport_no="X9900003", at=LEFT)])
    assert compare_due(act=cast.hub(cast.NOON + 14 * MINUTE)) == 0
    assert compare_due(act=cast.hub(cast.NOON + 15 * MINUTE)) == 1


def test_a_miss_is_told_past_the_chain_of_command() -> None:
    cross([Crossed(passport_no="X9900002", at=LEFT)])
    (crossing,) = missed()
    (event,) = Outgoing.objects.filter(type="crossing.unscreened")
    assert (event.giver, event.thing, event.subject) == ("suar", crossing, None)


# Reasons ----------------------------------------------------------------------------------------------------------------------------


def miss_of(**told: str) -> UUID:
    cross([Crossed(passport_no="X9900002", at=LEFT, **told)])  # type: ignore[arg-type]
    (crossing,) = missed()
    return crossing


def test_the_supervisor_gives_a_coded_reason_and_may_give_another_but_the_first_stays() -> None:
    crossing = miss_of()
    assert explain([crossing], "crew", act=cast.act(cast.ARIF)) == 1
    assert explain([crossing], "unexplained", act=cast.act(cast.ARIF, at=cast.NOON + MINUTE)) == 1
    owed = owed_by(cast.act(cast.ARIF))
    assert not owed.open and [one.reason for one in owed.said] == ["unexplained"]
    with transaction.atomic(), connection.cursor() as cursor:
        as_hub()
        cursor.execute("SELECT code FROM screening_miss_reason ORDER BY id")
        assert cursor.fetchall() == [("crew",), ("unexplained",)]


def test_a_reason_is_one_of_the_list_and_for_ones_own_lane() -> None:
    crossing = miss_of()
    with pytest.raises(ReasonNotListed):
        explain([crossing], "vip", act=cast.act(cast.ARIF))
    with pytest.raises(NoneChosen):
        explain([], "crew", act=cast.act(cast.ARIF))
    for foreign in ([crossing], [uuid4()]):
        with pytest.raises(NotFound):
            explain(foreign, "crew", act=cast.act(BUDI))
    assert not owed_by(cast.act(BUDI)).open
    for seat in (cast.BIMA, cast.DIAN, cast.NADIA):
        with pytest.raises(DoorShut):
            explain([crossing], "crew", act=cast.act(seat))
    for seat in (cast.ARIF, cast.BIMA, cast.EKO):
        with pytest.raises(DoorShut):
            lanes_for(cast.act(seat), days=1)


@pytest.mark.parametrize(
    "attempt",
    [
        "DELETE FROM screening_miss",
        "UPDATE screening_miss SET lane = 'autogate'",
        "DELETE FROM screening_miss_reason",
        "UPDATE screening_miss_reason SET code = 'crew'",
        "DELETE FROM screening_cycle",
        "TRUNCATE screening_miss CASCADE",
    ],
)
def test_nobody_hides_or_deletes_a_miss(attempt: str) -> None:
    explain([miss_of()], "unexplained", act=cast.act(cast.ARIF))
    with pytest.raises(Error), transaction.atomic(), connection.cursor() as cursor:
        as_hub()
        cursor.execute(attempt)


def test_the_oversight_sees_misses_with_and_without_reason_and_each_number_leads_to_its_rows() -> None:
    said, open_ = Crossed(passport_no="X9900002", at=LEFT), Crossed(passport_no="X9900003", at=LEFT)
    cannot = Crossed(passport_no="X9900004", at=LEFT)
    cross([said, open_, cannot])
    see([Seen(passport_no="X9900077", at=LEFT + 3 * MINUTE)])
    missed()
    explain([said.id], "system_outage", act=cast.act(cast.ARIF))
    explain([cannot.id], "unexplained", act=cast.act(cast.ARIF))
    act = cast.act(cast.NADIA)
    (lane,) = [one for one in lanes_for(act, days=7).lanes if one.crossings]
    assert (lane.office, lane.crossings, lane.missed, lane.open, lane.unexplained, lane.explained) == (
        "TPI-CGK",
        3,
        3,
        1,
        1,
        1,
    )
    for which, crossings in (
        ("all", {said.id, open_.id, cannot.id}),
        ("open", {open_.id}),
        ("unexplained", {cannot.id}),
        ("explained", {said.id}),
    ):
        rows = rows_for(act, which, "cgk", "counter", days=7).rows
        assert {one.crossing for one in rows} == crossings
        assert {one.near for one in rows} == {1}  # a desk worked while the system is said to have been down


def test_a_crossing_that_its_source_takes_back_was_missed_all_the_same() -> None:
    crossing = miss_of()
    with transaction.atomic(), connection.cursor() as cursor:
        as_hub()
        cursor.execute("DELETE FROM journeys_crossing WHERE id = %s", [crossing])
    (lane,) = [one for one in lanes_for(cast.act(cast.NADIA), days=1).lanes if one.missed]
    assert (lane.crossings, lane.missed, lane.open) == (0, 1, 1)


# What cannot be known -----------------------------------------------------------------------------------------------------------------


def why(at: datetime) -> str:
    return lanes_for(cast.act(cast.NADIA, at=at), days=1).known.why


def test_zero_is_said_only_of_what_was_compared_and_heard() -> None:
    assert why(cast.NOON) == "never"
    missed()
    assert why(cast.NOON) == ""
    heard(cast.NOON + HOUR)
    assert why(cast.NOON + HOUR) == "late"  # nobody compared for an hour
    missed(cast.NOON + HOUR)
    heard(cast.NOON + HOUR, failing_since=cast.NOON + HOUR)
    assert why(cast.NOON + HOUR + MINUTE) == "feed"


def test_the_page_says_that_it_cannot_be_known_and_never_zero_while_the_feed_is_silent() -> None:
    from suar.site.auth import now

    at = now()
    missed(at)
    heard(at, failing_since=at)
    body = cast.browser(cast.NADIA).get("/pengawasan/tanpa-pemeriksaan/").content.decode()
    assert "tidak dapat diketahui" in body.lower() and 'data-missed="0"' not in body
    heard(at)
    body = cast.browser(cast.NADIA).get("/pengawasan/tanpa-pemeriksaan/").content.decode()
    assert 'data-missed="0"' not in body  # no crossing came from any lane: nobody knows either
    cross([Crossed(passport_no="X9900002", at=at - HOUR)])
    see([Seen(passport_no="X9900002", at=at - HOUR - MINUTE)])
    missed(at)
    body = cast.browser(cast.NADIA).get("/pengawasan/tanpa-pemeriksaan/").content.decode()
    assert 'data-missed="0"' in body


# The claim ----------------------------------------------------------------------------------------------------------------------------

PLACES = ("cgk", "dps", "sub", "kno", "upg", "batam_centre", "sekupang", "dumai", "tunon_taka", "plbn_entikong")


def traffic(draw: random.Random, many: int, planted: int) -> tuple[list[Crossed], list[Seen], set[UUID]]:
    """A day at ten checkpoints with a counter and gates each: everybody screened in one of the ways that count, but those planted; each of
    these was near a screening that does not count, or near none.
    """
    chosen = set(draw.sample(range(many), planted))
    crossings, screenings, unseen = [], [], set()
    for number in range(many):
        place, lane = PLACES[number % 10], ("counter", "autogate")[number // 10 % 2]
        at = cast.NOON - timedelta(minutes=draw.randrange(20, 20 * 60))
        crossing = Crossed(passport_no=f"X{9_000_000 + number}", at=at, place=place, lane=lane)
        crossings.append(crossing)
        if number in chosen:
            unseen.add(crossing.id)
            screenings += without(draw, crossing)
        else:
            screenings.append(counting(draw, crossing))
    return crossings, screenings, unseen


def counting(draw: random.Random, crossing: Crossed) -> Seen:
    office = f"O-{crossing.place}"
    if crossing.lane == "autogate":
        return Seen(
            passport_no=crossing.passport_no,
            at=crossing.at - draw.randrange(1, 2_800) * MINUTE,
            purpose="prelist",
            office="",
        )
    if draw.random() < 0.1:  # asked about by another number, and known by the records
        return Seen(
            passport_no="",
            at=crossing.at - draw.randrange(1, 300) * MINUTE,
            office=office,
            subjects=(crossing.subject,),
        )
    return Seen(passport_no=crossing.passport_no, at=crossing.at + draw.randrange(-300, 14) * MINUTE, office=office)


def without(draw: random.Random, crossing: Crossed) -> list[Seen]:
    office, number = f"O-{crossing.place}", crossing.passport_no
    made: list[Callable[[], list[Seen]]] = [
        list,
        lambda: [Seen(passport_no=number, at=crossing.at - timedelta(days=3), office=office)],
        lambda: [Seen(passport_no=number, at=crossing.at + 2 * HOUR, office=office)],
        lambda: [Seen(passport_no=f"{number[:-1]}X", at=crossing.at - MINUTE, office=office)],
        lambda: [Seen(passport_no=number, at=crossing.at - HOUR, office=office, purpose="passport_application")],
    ]
    return draw.choice(made)()


@pytest.mark.prove
def test_all_who_left_unscreened_are_found_in_one_cycle_and_nobody_else(
    claim: Claim, monkeypatch: pytest.MonkeyPatch
) -> None:
    many = claim.number(small=2_000, large=20_000)
    planted = 6 if many == 2_000 else 18
    compared({place: f"O-{place}" for place in PLACES}, since=cast.NOON - timedelta(days=5))
    crossings, screenings, unseen = traffic(random.Random(claim.seed), many, planted)
    cross(crossings)
    see(screenings)
    as_the_worker()
    with monkeypatch.context() as bug:  # the twin: reconciliation off
        bug.setattr(f"{compare.__module__}.MISSED", MISSED.replace("FROM unseen u", "FROM unseen u WHERE false"))
        with pytest.raises(AssertionError), transaction.atomic():
            found_exactly(unseen, 20)
    found_exactly(unseen, 20)
    print(f"{many} crossings over 20 lanes, {planted} unscreened: all found in one cycle, 0 false")


def as_the_worker() -> None:
    """The worker's programs leave PostgreSQL the index alone: the comparison must not fall back to each with each."""
    with connection.cursor() as cursor:
        for way in re.findall(r"enable_\w+", BY_INDEX):
            cursor.execute("SELECT set_config(%s, 'off', true)", [way])


def found_exactly(unseen: set[UUID], lanes: int) -> None:
    assert missed() == unseen
    act = cast.act(cast.NADIA)
    seen = lanes_for(act, days=7)
    assert len(seen.lanes) == lanes and seen.known.whole
    rows = {row.crossing for lane in seen.lanes for row in rows_for(act, "all", lane.place, lane.lane, days=7).rows}
    assert rows == unseen and sum(lane.missed for lane in seen.lanes) == len(unseen)
