"""A proposal in shadow: beside the live version on what is asked, and over what was asked; at no desk, and compared by group."""

from __future__ import annotations

import json
import re
from collections import Counter
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.db.utils import IntegrityError
from django.urls import reverse

from suar.policies.access import DoorShut
from suar.policies.access.compared import rates
from suar.policies.actions.shadow import ShadowRuns, TrialRuns, ask_trial, end_shadow, start_shadow
from suar.policies.models import Compared, Run, Trial
from suar.screening.access import answer_for
from suar.screening.jobs import shadow
from tests import cast
from tests.policies.proposing import MINUTE, heavier, proposed, text
from tests.screening import various

pytestmark = pytest.mark.django_db(databases=["default", "protection"])
AFTER = cast.NOON + 10 * MINUTE
MANY = 40


@pytest.fixture(autouse=True)
def policies(db: None) -> None:
    cast.adopt()


def stricter() -> UUID:
    """Who departs for work without a placement is to be interviewed, where help was offered until now."""
    written = text("indicators/documents")
    head, rest = written.split("- code: placement_missing", 1)
    return proposed(
        "indicators/documents",
        head + "- code: placement_missing" + rest.replace("suggests: assist", "suggests: secondary", 1),
    )


def asked(many: int = MANY) -> list[UUID]:
    various.arrived()
    cast.agree("kp2mi", "imigrasi", ["departure_screening"])
    return [various.ask(n, at=cast.NOON + MINUTE) for n in range(many)]


def test_a_trial_counts_what_the_proposal_would_have_advised_and_tells_nothing_of_anybody() -> None:
    made = asked()
    id_ = ask_trial(stricter(), act=cast.act(cast.PUTRI, at=AFTER), last=100)
    assert shadow.try_due(act=cast.hub(AFTER)) == MANY
    trial = Trial.objects.get(id=id_)
    before = Counter(various.body(one)["advised"]["advice"] for one in made)
    helped = [one for one in made if "indicator.placement_missing" in reasons(one)]
    only = [one for one in helped if various.body(one)["advised"]["advice"] == "assist"
            and not {"indicator.asks_for_help", "indicator.protection_marker"} & reasons(one)]  # fmt: skip
    assert trial.finished_at and (trial.done, trial.of) == (MANY, MANY) and only
    assert trial.counts["advice"]["assist>secondary"] == len(only)
    assert sum(trial.counts["advice"].values()) == MANY and not trial.counts["gained"] and not trial.counts["lost"]
    assert (
        Counter({k: sum(n for code, n in trial.counts["advice"].items() if code.startswith(k + ">")) for k in before})
        == before
    )
    told = json.dumps(trial.counts)
    assert not any(str(one) in told or various.body(one)["traveller"]["nik"] in told for one in made)


def reasons(screening: UUID) -> set[str]:
    return {one["code"] for one in various.body(screening)["advised"]["reasons"]}


def test_a_trial_of_many_parts_counts_each_screening_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shadow, "AT_ONCE", 7)
    asked(23)
    for last, done in ((14, 14), (100, 23), (7, 7)):
        proposal = Trial.objects.first()
        id_ = ask_trial(proposal.proposal if proposal else heavier(), act=cast.act(cast.PUTRI, at=AFTER), last=last)
        shadow.try_due(act=cast.hub(AFTER))
        trial = Trial.objects.get(id=id_)
        assert (trial.done, sum(trial.counts["advice"].values()), bool(trial.finished_at)) == (done, done, True)


def test_one_trial_of_a_proposal_runs_at_a_time() -> None:
    id_ = heavier()
    ask_trial(id_, act=cast.act(cast.PUTRI))
    with pytest.raises(TrialRuns):
        ask_trial(id_, act=cast.act(cast.PUTRI))


def test_what_is_asked_while_a_shadow_runs_is_compared_once_and_nothing_before_or_after() -> None:
    early = asked(3)
    run = start_shadow(stricter(), act=cast.act(cast.PUTRI, at=AFTER), days=1)
    during = [various.ask(n, at=AFTER + MINUTE) for n in range(100, 100 + MANY)]
    assert shadow.follow_shadows(act=cast.hub(AFTER + 2 * MINUTE)) == MANY
    assert shadow.follow_shadows(act=cast.hub(AFTER + 3 * MINUTE)) == 0
    end_shadow(run, act=cast.act(cast.PUTRI, at=AFTER + 3 * MINUTE))
    late = [various.ask(n, at=AFTER + 4 * MINUTE) for n in range(200, 203)]
    assert shadow.follow_shadows(act=cast.hub(AFTER + 5 * MINUTE)) == 0
    rows = {row.screening: row for row in Compared.objects.filter(run=run)}
    assert set(rows) == set(during) and not {*early, *late} & set(rows)
    for one in during:
        stored = various.body(one)
        row = rows[one]
        assert row.live == stored["advised"]["advice"] and (row.office, row.sex) == (
            "TPI-CGK",
            stored["traveller"]["sex"],
        )
        assert row.province == (stored["traveller"].get("region_code", "")[:2] or row.province)
    assert any(row.live != row.shadow for row in rows.values())


def test_one_shadow_of_a_table_runs_at_a_time_and_another_table_has_its_own() -> None:
    id_ = heavier("indicators/documents")
    run = start_shadow(id_, act=cast.act(cast.PUTRI))
    with pytest.raises(ShadowRuns):
        start_shadow(id_, act=cast.act(cast.PUTRI, at=AFTER))
    start_shadow(heavier("indicators/history"), act=cast.act(cast.PUTRI, at=AFTER))
    end_shadow(run, act=cast.act(cast.PUTRI, at=AFTER))
    start_shadow(id_, act=cast.act(cast.PUTRI, at=AFTER + MINUTE))


def test_the_database_itself_lets_two_shadows_of_a_table_not_overlap() -> None:
    start_shadow(heavier(), act=cast.act(cast.PUTRI))
    first = Run.objects.get()
    first.id, first.from_at, first.at = uuid4(), first.from_at + timedelta(days=1), first.at + timedelta(days=1)
    with pytest.raises(IntegrityError):
        first.save(force_insert=True)


@pytest.mark.parametrize("seat", [cast.BIMA, cast.HENDRA, cast.NADIA, cast.ARIF])
def test_only_an_analyst_tries_and_starts_a_shadow(seat: cast.Seat) -> None:
    id_ = heavier()
    for do in (ask_trial, start_shadow):
        with pytest.raises(DoorShut):
            do(id_, act=cast.act(seat))


def test_no_desk_sees_what_a_shadow_made_of_its_question() -> None:
    """Not in the answer, not on the page, and not in the time that the answer takes: it is weighed afterwards."""
    various.heard()
    start_shadow(stricter(), act=cast.act(cast.PUTRI, at=AFTER))
    made = next(
        one
        for n in range(100)
        if (reasons(one := various.ask(n, at=AFTER + MINUTE))) == {"indicator.placement_missing"}
    )
    act = cast.act(cast.BIMA, at=AFTER + MINUTE, reference="V")
    before, page = answer_for(act, made), cast.browser(cast.BIMA).get(reverse("screening", args=[made]))
    assert not Compared.objects.exists()
    shadow.follow_shadows(act=cast.hub(AFTER + 2 * MINUTE))
    row = Compared.objects.get(screening=made)
    assert (row.live, row.shadow) == ("assist", "secondary")
    assert answer_for(act, made) == before and before["advice"] == "assist"
    assert without_tokens(
        cast.browser(cast.BIMA).get(reverse("screening", args=[made])).content.decode()
    ) == without_tokens(page.content.decode())


def without_tokens(page: str) -> str:
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"|nonce="[^"]*"', "", page)


def test_what_is_kept_of_a_comparison_holds_no_personal_value() -> None:
    made = asked(12)
    start_shadow(heavier(), act=cast.act(cast.PUTRI, at=cast.NOON))
    shadow.follow_shadows(act=cast.hub(AFTER))
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(c)::text FROM policies_compared c")
        told = " ".join(row[0] for row in cursor.fetchall())
    assert told.count('"run"') == 12
    for one in made:
        traveller = various.body(one)["traveller"]
        for field in ("full_name", "nik", "passport_no", "birth_date"):
            assert traveller[field] not in told


def test_a_rise_is_marked_only_where_the_intervals_lie_apart_and_no_number_is_small() -> None:
    """assist live and shadow, secondary live and shadow, of 400."""
    assert [one["rises"] for one in rates(400, [40, 80, 40, 50])] == [True, False]
    assert [one["rises"] for one in rates(400, [80, 40, 9, 200])] == [False, False]
    assert rates(400, [80, 40, 9, 200])[1]["live"] == {"hidden": True}
