"""Pairs that only a human may judge: who sees them, takes them, rules on them; and when a second person is needed."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, connection, transaction

from suar.agencies.access import DoorShut, as_hub
from suar.audit.models import Entry
from suar.core.act import Act
from suar.core.canonical import canonical
from suar.core.errors import NotFound
from suar.core.linking.decide import Ruling
from suar.persons.access import person_for
from suar.persons.access.history import review_agreement
from suar.persons.access.pair import pair_for
from suar.persons.access.review import NotTaken, queue_for
from suar.persons.actions.look_again import look_again
from suar.persons.actions.opinion import lapse
from suar.persons.actions.rule import ChangedMeanwhile, ReasonUnknown, rule, sampled
from suar.persons.actions.take import Taken, give_back, take, take_next
from suar.persons.queries import export
from suar.policies.models import Version
from suar.site.auth import now
from suar.vault.queries import new_id
from tests import cast
from tests.persons.asked import as_the_hub, changes, pair_of, pairs_wait, persons_of, reviewers

pytestmark = pytest.mark.django_db(databases=["default", "protection"])

Pair = tuple[UUID, UUID]
WULAN, YOGA, TARI = cast.WULAN, cast.YOGA, cast.TARI


@pytest.fixture(autouse=True)
def policies(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    cast.adopt()
    sample(0)
    reviewers()


def sample(permille: int) -> None:
    """From now on so many of 1,000 pairs get a second opinion: an adopted version of the policy, as a supervisor would sign it."""
    table = dict(Version.objects.filter(name="matching/review").latest("in_force_from").content)
    since = Version.objects.filter(name="matching/review").count()
    Version.objects.create(
        id=uuid4(), name="matching/review", sha256=uuid4().hex * 2, content=table | {"second_opinion_permille": permille},
        in_force_from=cast.BEFORE + timedelta(minutes=since), adopted_by=uuid4(), reason="tests",
    )  # fmt: skip


def at(seat: cast.Seat, minutes: int = 10) -> Act:
    return cast.act(seat, at=cast.NOON + timedelta(minutes=minutes))


def seen(act: Act, pair: Pair) -> UUID:
    """The pair opened by whoever took it; what was on the page."""
    shown = pair_for(act, *pair)
    evidence = shown["evidence"]
    assert isinstance(evidence, UUID)
    return evidence


def ruled(seat: cast.Seat, pair: Pair, ruling: Ruling, minutes: int = 10, **other: Any) -> str:
    """Taken, looked at and ruled on in one breath."""
    act = at(seat, minutes)
    take(*pair, act=act)
    return rule(*pair, ruling, seen=seen(act, pair), act=act, **other)


def waiting(seat: cast.Seat, minutes: int = 10) -> list[Pair]:
    return [(row["a"], row["b"]) for row in queue_for(at(seat, minutes)).rows]


# The queue --------------------------------------------------------------------------------------------------------------------------


def test_a_pair_that_is_one_person_by_others_words_is_not_asked_about() -> None:
    ((a, b),) = pairs_wait()
    assert waiting(WULAN) == [(a, b)]
    assert as_the_hub("UPDATE persons_member SET person = %s WHERE subject = ANY(%s) RETURNING 1", a, [a, b])
    assert waiting(WULAN) == []


def test_pairs_that_contradict_wait_oldest_first_and_say_nothing_of_anybody() -> None:
    later = pairs_wait(1, at=cast.NOON + timedelta(minutes=3), start=3)
    # what came first waits first, whatever its ids
    assert waiting(WULAN) == later
    earlier = pairs_wait(2, at=cast.NOON - timedelta(hours=1))
    queue = queue_for(at(WULAN))
    assert [(row["a"], row["b"]) for row in queue.rows] == [*sorted(earlier), *later] and queue.waiting == 3
    assert not any(word in json.dumps(queue.rows, default=str) for word in ("Rambu", "9901", "Praya"))


def test_a_pair_is_seen_only_by_those_who_may_read_both_records() -> None:
    (pair,) = pairs_wait()
    assert waiting(TARI) == [pair]
    stranger = replace(at(WULAN), agency="kemlu")
    assert queue_for(stranger).waiting == 0
    with pytest.raises(NotFound):
        take(*pair, act=stranger)


@pytest.mark.parametrize(
    "seat", [seat for seat in cast.SEATS if seat.role != "identity_reviewer"], ids=lambda seat: seat.role
)
def test_nobody_but_a_reviewer_comes_near_a_pair(seat: cast.Seat) -> None:
    (pair,) = pairs_wait()
    act = cast.act(seat, reference="K-1")
    for tried in (
        lambda: queue_for(act),
        lambda: take(*pair, act=act),
        lambda: take_next(act=act),
        lambda: give_back(*pair, act=act),
        lambda: pair_for(act, *pair),
        lambda: rule(*pair, Ruling.JOINED, seen=None, act=act),
        lambda: lapse(act=act),
    ):
        with pytest.raises(DoorShut):
            tried()


def test_one_takes_a_pair_a_colleague_does_not_and_it_comes_back() -> None:
    (pair,) = pairs_wait()
    take(*pair, act=at(WULAN))
    with pytest.raises(Taken):
        take(*pair, act=at(YOGA))
    assert queue_for(at(YOGA)).rows[0]["taken_by"] == "Wulan Ratnasari"
    assert take_next(act=at(YOGA)) is None
    give_back(*pair, act=at(WULAN))
    assert take_next(act=at(YOGA)) == pair
    with pytest.raises(NotTaken):
        give_back(*pair, act=at(WULAN))


def test_what_was_taken_and_forgotten_is_free_again_after_the_hours_of_policy() -> None:
    (pair,) = pairs_wait()
    take(*pair, act=at(WULAN))
    assert take_next(act=at(YOGA, minutes=239)) is None
    assert take_next(act=at(YOGA, minutes=251)) == pair


def test_the_next_is_the_one_in_hand_before_an_older_one() -> None:
    old, new = pairs_wait(2)
    take(*max(old, new), act=at(WULAN))
    assert take_next(act=at(WULAN)) == max(old, new)


def test_nobody_sees_a_pair_that_he_has_not_taken_and_no_trace_is_left_of_a_try() -> None:
    (pair,) = pairs_wait()
    before = Entry.objects.count()
    with pytest.raises(NotTaken):
        pair_for(at(WULAN), *pair)
    assert Entry.objects.count() == before


# The page ---------------------------------------------------------------------------------------------------------------------------


def test_the_pair_is_shown_whole_from_the_stored_explanation_with_one_entry_that_names_both() -> None:
    (pair,) = pairs_wait()
    take(*pair, act=at(WULAN))
    shown = pair_for(at(WULAN), *pair)
    rows = {row["field"]: row for row in shown["rows"]}
    assert rows["full_name"]["state"] == "same" and rows["nik"]["state"] == "differs"
    (left, right) = rows["nik"]["sides"]
    assert {left["source"], right["source"]} == {"simkim", "siskop2mi"}
    assert left["value"] != right["value"] and left["value"].startswith("9901")
    assert "nik.different" in [reason["code"] for reason in shown["against"]]
    assert shown["weight"] == sum(r["weight"] for part in ("for", "against", "neutral") for r in shown[part])
    assert shown["why"] == ["ask.nik.different"] and shown["verdict"] == "ask"
    entry = Entry.objects.filter(what="review.shown").get()
    assert sorted(entry.about) == sorted(pair) and {"nik", "full_name", "evidence"} <= set(
        json.loads(bytes(entry.body))["fields"]
    )


def test_what_is_shown_was_stored_and_is_not_computed_again(monkeypatch: pytest.MonkeyPatch) -> None:
    (pair,) = pairs_wait()
    take(*pair, act=at(WULAN))

    def computed(*_: Any, **__: Any) -> None:
        raise AssertionError("the comparison was made again")

    monkeypatch.setattr("suar.core.matching.explain.explain", computed)
    monkeypatch.setattr("suar.persons.actions.ask_about.explain", computed)
    assert pair_for(at(WULAN), *pair)["weight"]


def test_a_role_with_masked_matches_gets_birth_year_and_no_number(monkeypatch: pytest.MonkeyPatch) -> None:
    (pair,) = pairs_wait()
    table = dict(Version.objects.get(name="sharing/masks").content)
    table["roles"] = table["roles"] | {
        "identity_reviewer": {"evidence": False, "timeline": "lines", "matches": "masked"}
    }
    Version.objects.create(
        id=uuid4(), name="sharing/masks", sha256=uuid4().hex * 2, content=table, in_force_from=cast.NOON, adopted_by=uuid4(), reason="tests"
    )  # fmt: skip
    take(*pair, act=at(WULAN))
    said = json.dumps(pair_for(at(WULAN), *pair), default=str)
    assert "9901" not in said and "Praya" not in said and "1970" in said and "1970-" not in said


# Rulings ----------------------------------------------------------------------------------------------------------------------------


def test_a_join_makes_one_person_leaves_the_queue_and_is_told() -> None:
    (pair,) = pairs_wait()
    assert len(persons_of(pair)) == 2
    assert ruled(WULAN, pair, Ruling.JOINED) == "judged"
    assert persons_of(pair) == {min(pair)} and waiting(WULAN) == []
    entry = Entry.objects.filter(what="person.judged").get()
    assert sorted(entry.about) == sorted(pair) and json.loads(bytes(entry.body))["params"]["reason"] == "evidence"
    assert as_the_hub("SELECT type, effect FROM exchange_outbox WHERE type LIKE 'person.judged'") == [
        ("person.judged", "joined")
    ]


@pytest.mark.parametrize("ruling", [Ruling.NOT_SAME, Ruling.CANNOT_TELL])
def test_a_pair_kept_apart_or_untold_leaves_the_queue_until_what_it_says_changes(ruling: Ruling) -> None:
    (pair,) = pairs_wait()
    ruled(WULAN, pair, ruling)
    assert len(persons_of(pair)) == 2 and waiting(WULAN) == []
    changes(
        0, at=cast.NOON + timedelta(minutes=20), phone="+6281990000777"
    )  # nothing to compare it with: nothing new is asked
    assert waiting(WULAN, 21) == []
    changes(0, at=cast.NOON + timedelta(minutes=30), birth_place="Mataram", version="3")
    assert waiting(YOGA, 31) == [pair]
    take(*pair, act=at(YOGA, 32))
    shown = pair_for(at(YOGA, 32), *pair)
    assert shown["because"] == "changed" and shown["changed"] == ["birth_place"]
    assert shown["ruled"]["ruling"] == ruling.value and shown["ruled"]["by"] == "Wulan Ratnasari"


def test_join_then_split_leaves_everything_derived_byte_equal() -> None:
    pairs = pairs_wait(3)
    before = state()
    ruled(WULAN, pairs[0], Ruling.JOINED)
    assert state() != before
    look_again(*pairs[0], "papers", act=replace(at(YOGA, 20), reference="pair"))
    ruled(YOGA, pairs[0], Ruling.NOT_SAME, 21)
    assert state() == before
    look_again(*pairs[0], "complaint", act=replace(at(WULAN, 30), reference="pair"))
    ruled(WULAN, pairs[0], Ruling.WITHDRAWN, 31)
    assert state() == before and waiting(YOGA, 32) == sorted(pairs)


def state() -> bytes:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('suar.may_read', '*', true)")
        return canonical(export())


def test_a_ruling_is_refused_whole_and_leaves_no_trace() -> None:
    (pair,) = pairs_wait()
    act = at(WULAN)
    with pytest.raises(NotTaken):
        rule(*pair, Ruling.JOINED, seen=None, act=act)
    take(*pair, act=act)
    evidence = seen(act, pair)
    before = Entry.objects.count()
    with pytest.raises(ReasonUnknown):
        rule(*pair, Ruling.JOINED, reason="namesake", seen=evidence, act=act)
    with pytest.raises(ReasonUnknown):
        rule(*pair, Ruling.JOINED, reason="because", seen=evidence, act=act)
    with pytest.raises(ChangedMeanwhile):
        rule(*pair, Ruling.JOINED, seen=uuid4(), act=act)
    with pytest.raises(NotFound):
        take(pair[0], uuid4(), act=act)
    assert Entry.objects.count() == before and persons_of(pair) == set(pair)
    assert not as_the_hub("SELECT 1 FROM persons_judgement") and not as_the_hub("SELECT 1 FROM persons_opinion")


def test_records_that_change_while_one_looks_must_be_looked_at_again() -> None:
    (pair,) = pairs_wait()
    act = at(WULAN)
    take(*pair, act=act)
    evidence = seen(act, pair)
    changes(0, at=cast.NOON + timedelta(minutes=12), birth_place="Mataram")
    with pytest.raises(ChangedMeanwhile):
        rule(*pair, Ruling.JOINED, seen=evidence, act=at(WULAN, 13))


def test_a_pair_that_is_alike_no_longer_leaves_the_queue() -> None:
    (pair,) = pairs_wait()
    take(*pair, act=at(WULAN))
    changes(
        0,
        at=cast.NOON + timedelta(minutes=12),
        full_name="Zulkarnaen",
        birth_date="1951-01-03",
        mother_name="Sumarni",
        nik="9907010301510001",
    )
    assert waiting(WULAN, 13) == []
    with pytest.raises(NotFound):
        rule(*pair, Ruling.JOINED, seen=uuid4(), act=at(WULAN, 13))


def test_a_settled_pair_cannot_be_ruled_on_twice() -> None:
    (pair,) = pairs_wait()
    act = at(WULAN)
    take(*pair, act=act)
    evidence = seen(act, pair)
    rule(*pair, Ruling.JOINED, seen=evidence, act=act)
    with pytest.raises(NotFound):
        rule(*pair, Ruling.NOT_SAME, seen=evidence, act=act)
    assert len(as_the_hub("SELECT 1 FROM persons_judgement")) == 1


# The blind second opinion -----------------------------------------------------------------------------------------------------------


def test_on_the_sample_a_second_rules_blind_and_nothing_moves_before() -> None:
    sample(1000)
    (pair,) = pairs_wait()
    assert ruled(WULAN, pair, Ruling.JOINED) == "waits"
    assert len(persons_of(pair)) == 2 and waiting(WULAN) == []
    (drawn,) = [seat for seat in (YOGA, TARI) if waiting(seat, 20)]
    take(*pair, act=at(drawn, 20))
    shown = json.dumps(pair_for(at(drawn, 20), *pair), default=str)
    assert "joined" not in json.loads(shown)["because"] and json.loads(shown)["ruled"] is None and "Wulan" not in shown
    assert ruled(drawn, pair, Ruling.JOINED, 21) == "judged"
    assert persons_of(pair) == {min(pair)}
    assert as_the_hub("SELECT count(DISTINCT by), count(*) FROM persons_opinion") == [(2, 2)]


def test_the_first_is_never_the_second_and_only_the_drawn_may_before_the_hours_are_over() -> None:
    sample(1000)
    (pair,) = pairs_wait()
    ruled(WULAN, pair, Ruling.JOINED)
    (drawn,) = [seat for seat in (YOGA, TARI) if waiting(seat, 20)]
    (other,) = {YOGA, TARI} - {drawn}
    for seat in (WULAN, other):
        with pytest.raises(NotFound):
            take(*pair, act=at(seat, 20))
    assert waiting(other, 49 * 60) == [pair] and waiting(WULAN, 49 * 60) == []


def test_where_two_differ_a_third_decides_and_sees_neither() -> None:
    sample(1000)
    (pair,) = pairs_wait()
    ruled(WULAN, pair, Ruling.JOINED)
    (second,) = [seat for seat in (YOGA, TARI) if waiting(seat, 20)]
    (third,) = {YOGA, TARI} - {second}
    assert ruled(second, pair, Ruling.NOT_SAME, 21) == "waits"
    assert len(persons_of(pair)) == 2 and waiting(third, 22) == [pair]
    assert ruled(third, pair, Ruling.JOINED, 23) == "judged"
    assert persons_of(pair) == {min(pair)}
    by, with_ = as_the_hub("SELECT by, second FROM persons_judgement")[0]
    assert by == at(WULAN).actor and with_ == at(third).actor


def test_which_pairs_are_on_the_sample_follows_from_the_pair_and_has_the_share_of_policy() -> None:
    sample(250)
    act = at(WULAN)
    asked = [question(uuid4(), uuid4()) for _ in range(2_000)]
    drawn = [sampled(one, act) for one in asked]
    assert drawn == [sampled(one, act) for one in asked] and 400 < sum(drawn) < 600


def question(a: UUID, b: UUID) -> Any:
    from types import SimpleNamespace

    return SimpleNamespace(a=a, b=b)


def test_opinions_on_what_was_recorded_before_count_no_longer_when_it_changes() -> None:
    sample(1000)
    (pair,) = pairs_wait()
    ruled(WULAN, pair, Ruling.JOINED)
    changes(0, at=cast.NOON + timedelta(minutes=15), birth_place="Mataram")
    assert waiting(WULAN, 16) == [pair], "it is a new question, for everybody"
    assert ruled(WULAN, pair, Ruling.NOT_SAME, 17) == "waits"


# A restriction attached -------------------------------------------------------------------------------------------------------------


def pinned(subject: UUID) -> None:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO persons_pin (subject, by) VALUES (%s, 'exit_ban')", [subject])


@pytest.mark.parametrize("side", [0, 1])
@pytest.mark.parametrize("ruling", [Ruling.JOINED, Ruling.NOT_SAME])
def test_where_a_restriction_is_attached_a_second_person_of_another_desk_confirms(side: int, ruling: Ruling) -> None:
    (pair,) = pairs_wait()
    pinned(pair[side])
    assert ruled(WULAN, pair, ruling) == "waits"
    assert len(persons_of(pair)) == 2 and queue_for(at(WULAN, 20)).pending[0]["until"] == cast.NOON + timedelta(
        hours=24, minutes=10
    )
    (second,) = [seat for seat in (YOGA, TARI) if waiting(seat, 20)]
    assert ruled(second, pair, ruling, 21) == "judged"
    assert as_the_hub("SELECT needs_two, desk <> second_desk, by <> second FROM persons_judgement") == [
        (True, True, True)
    ]


def test_a_restriction_on_anybody_who_is_one_person_with_a_side_counts_as_attached() -> None:
    first, second = pairs_wait(2)
    ruled(WULAN, first, Ruling.JOINED)
    pinned(first[1])
    act = replace(at(YOGA, 20), reference="pair")
    look_again(first[0], second[0], "papers", act=act)
    assert ruled(YOGA, (min(first[0], second[0]), max(first[0], second[0])), Ruling.JOINED, 21) == "waits"


def test_a_colleague_at_the_same_desk_is_no_second_person() -> None:
    beside = replace(WULAN, username="sekar", full_name="Sekar Ayuningtyas")
    cast.seated(beside)
    (pair,) = pairs_wait()
    pinned(pair[0])
    ruled(WULAN, pair, Ruling.JOINED)
    assert waiting(beside, 20) == [] and waiting(beside, 23 * 60) == []
    with pytest.raises(NotFound):
        take(*pair, act=at(beside, 23 * 60))


def test_a_request_lapses_after_the_hours_of_policy_and_nothing_of_it_counts() -> None:
    (pair,) = pairs_wait()
    pinned(pair[0])
    ruled(WULAN, pair, Ruling.JOINED)
    (second,) = [seat for seat in (YOGA, TARI) if waiting(seat, 20)]
    assert lapse(act=cast.hub(at=cast.NOON + timedelta(hours=24, minutes=9))) == 0
    late = 24 * 60 + 11
    assert ruled(second, pair, Ruling.JOINED, late) == "waits", "the first word is no longer one"
    assert lapse(act=cast.hub(at=cast.NOON + timedelta(hours=49))) == 1
    assert Entry.objects.filter(what="review.lapsed").count() == 1 and persons_of(pair) == set(pair)
    assert waiting(WULAN, 49 * 60) == [pair]


def test_three_who_disagree_about_a_restricted_person_move_nothing() -> None:
    (pair,) = pairs_wait()
    pinned(pair[0])
    ruled(WULAN, pair, Ruling.JOINED)
    (second,) = [seat for seat in (YOGA, TARI) if waiting(seat, 20)]
    (third,) = {YOGA, TARI} - {second}
    ruled(second, pair, Ruling.NOT_SAME, 21)
    assert ruled(third, pair, Ruling.CANNOT_TELL, 22) == "waits"
    assert not as_the_hub("SELECT 1 FROM persons_judgement") and waiting(WULAN, 23) == [pair]


def test_the_database_takes_no_judgement_of_one_person_where_two_are_needed() -> None:
    (pair,) = pairs_wait()
    columns = "(id, a, b, ruling, at, by, agency, desk, reason, needs_two, second, second_desk)"
    one = uuid4()
    for second, desk in ((None, None), (one, "D-2"), (uuid4(), "D-1"), (uuid4(), None)):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO persons_judgement {columns} VALUES (%s, %s, %s, 'joined', %s, %s, 'suar', 'D-1', 'r', true, %s, %s)",
                [uuid4(), *pair, cast.NOON, one, second, desk],
            )


def test_no_sequence_of_one_reviewer_takes_a_restriction_out_of_reach() -> None:
    """SECURITY T08: from every subject from which a pinned one was reached it still is, whatever one person rules alone."""
    (pair,) = pairs_wait()
    ruled(WULAN, pair, Ruling.JOINED)
    pinned(pair[1])
    for turn, ruling in enumerate((Ruling.NOT_SAME, Ruling.WITHDRAWN, Ruling.CANNOT_TELL, Ruling.NOT_SAME)):
        minutes = 24 * 60 * (turn + 1) + 60 * (turn + 1)
        look_again(*pair, "papers", act=replace(at(WULAN, minutes), reference="pair"))
        assert ruled(WULAN, pair, ruling, minutes + 1) == "waits"
        assert persons_of(pair) == {min(pair)}
        lapse(act=cast.hub(at=cast.NOON + timedelta(minutes=minutes + 24 * 60 + 2)))


def test_whoever_may_not_read_both_cannot_ask_that_a_pair_be_looked_at_again() -> None:
    (pair,) = pairs_wait()
    with pytest.raises(NotFound):
        look_again(*pair, "papers", act=cast.act(cast.ARIF, reference="K-1"))
    with pytest.raises(ReasonUnknown):
        look_again(*pair, "whim", act=replace(at(WULAN), reference="pair"))
    assert pair_of(0) == pair


# What people ruled, on the person page ------------------------------------------------------------------------------------------------


def test_joins_and_splits_stand_on_the_person_page_with_by_whom_when_and_why() -> None:
    (pair,) = pairs_wait()
    ruled(WULAN, pair, Ruling.JOINED, reason="papers")
    cast.agree("kp2mi", "imigrasi", ["departure_screening"])
    cast.case(cast.ARIF, "K-9", at=now())
    seen_by_arif = person_for(cast.act(cast.ARIF, at=now()), min(pair), "K-9")
    (row,) = seen_by_arif.rulings
    assert (row["ruling"], row["agency"], row["by"], row["stands"]) == ("joined", "suar", "", True), (
        "a name is for its own agency"
    )
    page = cast.browser(cast.ARIF)
    shown = page.get(f"/persons/{min(pair)}/?reference=K-9").content.decode()
    assert "Dokumen asli sudah dilihat" in shown and "satu orang" in shown and "Minta peninjauan" in shown
    answer = page.post(f"/tinjau/{pair[0]}/{pair[1]}/lagi/", {"why": "complaint", "person": str(min(pair))})
    assert answer.status_code == 302 and answer["Location"] == f"/persons/{min(pair)}/"
    (waits,) = queue_for(at(YOGA, 10**5)).rows
    assert waits["because"] == "look_again"


def test_a_ruling_about_a_record_that_one_may_not_read_is_not_there() -> None:
    (pair,) = pairs_wait()
    ruled(WULAN, pair, Ruling.JOINED)
    cast.case(cast.ARIF, "K-9", at=now())
    assert person_for(cast.act(cast.ARIF, at=now()), min(pair), "K-9").rulings == []


def test_how_often_two_agree_is_counted_and_names_nobody() -> None:
    sample(1000)
    for number, pair in enumerate(pairs_wait(3)):
        minutes = 10 + number * 10
        ruled(WULAN, pair, Ruling.JOINED, minutes)
        (drawn,) = [seat for seat in (YOGA, TARI) if pair in waiting(seat, minutes + 1)]
        ruled(drawn, pair, Ruling.NOT_SAME if number == 2 else Ruling.JOINED, minutes + 2)
    with transaction.atomic():
        as_hub()
        counted = review_agreement(new_id(cast.BEFORE), new_id(cast.NOON + timedelta(days=1)))
        assert review_agreement(new_id(cast.BEFORE), new_id(cast.NOON)) == []
    assert counted == [("joined", "joined", 2), ("joined", "not_same", 1)]
