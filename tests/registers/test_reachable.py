"""No sequence of joins and splits of persons makes an active restriction unreachable from a number it was reachable from (SECURITY T08)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from suar.core.linking.decide import Ruling
from suar.persons.access.review import queue_for
from suar.persons.actions import decide_neighbourhood, judge
from suar.persons.queries import Subject
from suar.persons.queries.cleared import covered
from tests import cast
from tests.proving import Claim
from tests.registers import walk
from tests.registers.walk import Walk

pytestmark = pytest.mark.django_db(databases=["default", "protection"])

#: Most of a walk is reviewers and records; a first breath of records and restrictions gives them something to work on.
NUMBERS = st.integers(0, 239)
BEGINNING = st.lists(
    st.tuples(st.sampled_from(("state", "state", "restrict")), NUMBERS, NUMBERS), min_size=5, max_size=7
)
KINDS = ("state", "state", "rule", "rule", "rule", "second", "restrict", "withdraw", "clear", "rebuild")
REST = st.lists(st.tuples(st.sampled_from(KINDS), NUMBERS, NUMBERS), min_size=6, max_size=12)


def walked(steps: list[tuple[str, int, int]]) -> Walk:
    """A walk from an empty register, taken back afterwards."""
    back, made = transaction.savepoint(), Walk()
    try:
        for step in steps:
            made.step(*step)
    finally:
        transaction.savepoint_rollback(back)
    return made


def walks(number: int, first: int, look: Callable[[Walk], None]) -> None:
    """So many walks, those of this seed; a failing one is made shorter before it is told."""

    @seed(first)
    @settings(
        max_examples=number, deadline=None, database=None, suppress_health_check=list(HealthCheck), phases=(Phase.generate, Phase.shrink),
    )  # fmt: skip
    @given(BEGINNING, REST)
    def one(beginning: list[tuple[str, int, int]], rest: list[tuple[str, int, int]]) -> None:
        look(walked([*beginning, *rest]))

    one()


def nothing_lost(made: Walk) -> None:
    assert not made.lost, "\n".join([*made.told, *map(str, made.lost)])


@pytest.fixture(autouse=True)
def register(db: None) -> None:
    walk.adopt()


@pytest.mark.prove
def test_no_joins_and_splits_take_a_restriction_out_of_reach(claim: Claim) -> None:
    for turn in claim.rounds(small=1, large=100):
        walks(20 if claim.proving else 12, turn.seed, nothing_lost)


# The house with one of its safeguards taken out is found out on these walks, on which the whole house loses nothing. -----------------------

#: A record says less than it did, and what tied it to the restricted one is gone.
SAYS_LESS = [("state", 0, 0), ("restrict", 0, 2), ("state", 0, 3)]
#: One reviewer rules a person and the row of the list that names him apart.
ONE_SPLITS = [("state", 0, 0), ("restrict", 0, 2), ("rule", 0, 0)]
#: One reviewer rules the traveller apart from a stranger, and then two put the stranger and the restricted one together.
BY_A_THIRD = [("state", 0, 0), ("restrict", 2, 3), ("state", 3, 3), ("rule", 1, 0), ("rule", 2, 4), ("second", 0, 0)]
#: A traveller whose deferral states his passport gets himself another from the same agency.
ANOTHER_PASSPORT = [("restrict", 1, 1), ("state", 0, 16)]


#: Two officers clear a stranger of the restricted one, and then the record of another whom the restriction reaches becomes the stranger's.
UNDER_A_CLEARANCE = [
    ("state", 0, 0),
    ("state", 6, 0),
    ("restrict", 7, 0),
    ("state", 4, 125),
    ("clear", 0, 2),
    ("second", 0, 0),
    ("state", 4, 75),
]


@pytest.mark.parametrize(
    "steps",
    [SAYS_LESS, ONE_SPLITS, BY_A_THIRD, ANOTHER_PASSPORT, UNDER_A_CLEARANCE],
    ids=["says_less", "one_splits", "by_a_third", "another_passport", "under_a_clearance"],
)
def test_on_the_planted_walks_the_house_loses_nothing(steps: list[tuple[str, int, int]]) -> None:
    made = walked(steps)
    nothing_lost(made)
    assert any(made.reach.values())


def test_a_house_whose_restrictions_follow_nobody_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("suar.persons.actions.follow", lambda before, after, reviewed: None)
    assert walked(SAYS_LESS).lost


def test_a_house_in_which_one_judges_alone_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("suar.persons.actions.rule.pinned", lambda a, b, at: False)
    nothing_lost(walked(ONE_SPLITS))  # one alone moves the record; the restriction follows all the same
    monkeypatch.setattr(
        judge, "decide_neighbourhood", lambda around, reviewed: decide_neighbourhood(around, reviewed=around)
    )
    assert walked(ONE_SPLITS).lost


def test_a_house_in_which_one_word_about_another_clears_the_restricted_is_found_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(
        "suar.persons.queries.found.covered", lambda *about, restricted: covered(*about, restricted=False)
    )
    assert walked(BY_A_THIRD).lost


def test_a_house_that_knows_only_the_newest_number_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Subject, "stated", property(lambda self: (self.description,)))
    assert walked(ANOTHER_PASSPORT).lost
    corrected = [ANOTHER_PASSPORT[0], ("state", 0, 0), ANOTHER_PASSPORT[1]]
    assert walked(corrected).lost, "an application takes back what it said, not what the deferral says"


def test_a_restriction_is_reached_from_every_number_of_its_person() -> None:
    """The row of the list states a NIK, the application a passport beside it."""
    made = walked(SAYS_LESS[:2])
    assert made.reach["passport_no", walk.HUMANS[0]["passport_no"]] == {walk.entry_of(("cegah", "cegah-0"))}


def test_what_follows_is_put_before_the_reviewers_and_ends_by_the_word_of_two() -> None:
    made = Walk()
    for step in SAYS_LESS:
        made.step(*step)
    application = ("passport_no", walk.HUMANS[0]["passport_no"])
    (row,) = queue_for(made.act(cast.WULAN)).rows
    assert row["because"] == "parted" and made.reach[application]
    assert made.ruled(row["a"], row["b"], Ruling.NOT_SAME, cast.WULAN, ask=False) == "not_same waits"
    assert made.reached()[application], "one word ends nothing"
    made.step("second", 0, 0)
    assert not made.reach[application] and not made.lost
