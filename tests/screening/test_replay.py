"""An advice is made again from what was stored, to the byte (issue 5; SECURITY 8: replay of score from stored inputs)."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from suar.audit.models import Entry
from suar.core.advice.grounds import Grounds
from suar.core.canonical import canonical
from suar.screening.actions.replay import NoGrounds, advised_again, compared, replay
from suar.site.running.home import CannotRun
from suar.site.terminal.screening_again import replay_screening
from tests import cast
from tests.policies.proposing import adopted, heavier
from tests.proving import Claim
from tests.screening import various

pytestmark = pytest.mark.django_db(databases=["default", "protection"])


@pytest.fixture(autouse=True)
def policies(db: None) -> None:
    cast.adopt()


@pytest.mark.prove
def test_a_replay_of_stored_screenings_gives_identical_advices(claim: Claim) -> None:
    various.arrived()
    cast.agree("kp2mi", "imigrasi", ["departure_screening"])
    advices = Counter[str]()
    for turn in claim.rounds(small=60, large=10_000):
        screening = various.ask(turn.seed)
        done = replay(screening, act=cast.hub())
        assert done.identical, (turn.seed, done.differing)
        advices[done.again] += 1
    print(f"advices made again: {dict(sorted(advices.items()))}")
    assert {"clear", "assist", "hold"} <= set(advices), advices


#: One stored fact altered, and what in the answer must give it away.
ALTERED: tuple[tuple[str, Any], ...] = (
    ("declared_purpose", "work"),
    ("protection_marker", True),
    ("dukcapil", "deceased"),
    ("days_since_departure_deferral", 3),
)


@pytest.mark.parametrize(("fact", "value"), ALTERED)
def test_the_twin_in_which_one_stored_fact_is_altered_is_found(fact: str, value: Any) -> None:
    screening = next(made for seed in range(100) if nothing_to_say(made := various.ask(seed)))
    stored = various.body(screening)
    assert compared(screening, stored).identical
    stored["grounds"]["facts"][fact] = value
    done = compared(screening, stored)
    assert not done.identical and {place.split(".")[0] for place in done.differing} & {"advice", "reasons", "unknown"}


def nothing_to_say(screening: Any) -> bool:
    stored = various.body(screening)
    return stored["asked"]["journey"].get("declared_purpose") == "tourism" and not stored["advised"]["reasons"]


def test_a_replay_leaves_its_trace_and_the_stored_answer_as_it_was() -> None:
    screening = various.ask(7)
    before = various.body(screening)
    assert replay(screening, act=cast.hub()).identical
    assert various.body(screening) == before
    assert Entry.objects.filter(what="screening.replayed", about=[screening]).count() == 1


def test_it_is_made_by_the_version_of_its_own_day_whatever_came_in_force_since() -> None:
    screening = various.ask(3)
    before = canonical(various.body(screening)["advised"])
    adopted(heavier("indicators/documents"))
    assert canonical(advised_again(various.body(screening))) == before


def test_a_screening_from_before_its_grounds_were_kept_says_so() -> None:
    stored = various.body(various.ask(1))
    del stored["grounds"]
    with pytest.raises(NoGrounds):
        compared(various.ask(1), stored)


def test_the_command_says_identical_or_where_it_differs(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    made = [various.ask(seed) for seed in range(5)]
    assert replay_screening(str(made[0])) == 0 and "identical" in capsys.readouterr().out
    assert replay_screening(None, last=3) == 0 and "3 screenings: 3 identical, 0 differ" in capsys.readouterr().out
    monkeypatch.setattr("suar.screening.actions.grounds.Grounds.of", blinded(Grounds.of))
    assert replay_screening(str(made[0])) == 1
    said = capsys.readouterr().out
    assert "differs" in said and "sources" in said
    assert replay_screening(None, last=5) == 1 and "5 differ" in capsys.readouterr().out
    with pytest.raises(CannotRun, match="No screening"):
        replay_screening("01a1fc79-c080-758f-bae4-dbe7f3980603")


def blinded(real: Any) -> Any:
    """The planted bug: what was stored of the sources is not read back."""
    return lambda told: real({**told, "health": []})
