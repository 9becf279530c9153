"""The explanations that stand beside real links: they give the stored weight, and made again under their own policy they are the same bytes."""

from __future__ import annotations

import itertools
from datetime import datetime, timedelta
from random import Random
from uuid import UUID, uuid4

import pytest
from django.db import transaction

from suar.agencies.access import as_hub
from suar.core.canonical import packed, unpacked
from suar.core.identity.person import Description
from suar.core.linking.propose import propose, why_asked
from suar.core.matching.explain import explain
from suar.core.matching.policy import MatchingPolicy
from suar.persons.access.pair import link_place
from suar.persons.actions import evidence_of
from suar.persons.queries import subjects
from suar.persons.queries.found import explanation_json, matching_policy
from suar.policies.models import Version
from suar.policies.queries import in_force
from suar.vault.queries import unseal
from tests import cast
from tests.arrivals import arrive
from tests.core.matching.test_replay import another, somebody
from tests.persons.asked import as_the_hub
from tests.proving import Claim

pytestmark = pytest.mark.django_db(databases=["default", "protection"])
TOGETHER = 50
APPLIED = {"status": "submitted", "submitted_at": "2026-11-02T03:00:00+00:00"}
REGISTERED = {"status": "verified", "registered_at": "2026-11-02T03:00:00+00:00"}
UNKNOWN_THERE = {"kk", "nationality"}  # what a passport application does not ask for
moments = itertools.count()


def links() -> int:
    return int(as_the_hub("SELECT count(*) FROM persons_link")[0][0])


def linked(wanted: int, rnd: Random, *, since: datetime) -> None:
    """Humans as two sources write them down, until so many pairs are linked."""
    while links() < wanted:
        at, serial = since + timedelta(seconds=next(moments)), f"{rnd.randrange(10**12)}"
        pairs = [(one, another(rnd, one)) for one in (somebody(rnd) for _ in range(TOGETHER))]
        applied = [
            {"id": f"a{serial}-{n}", "who": f"a{serial}-{n}", "application_no": f"A{serial}-{n}", **APPLIED, **said(one)}
            for n, (one, _) in enumerate(pairs)
        ]  # fmt: skip
        registered = [
            {"id": f"r{serial}-{n}", "who": f"r{serial}-{n}", **REGISTERED, **said(other)}
            for n, (_, other) in enumerate(pairs)
        ]
        arrive("simkim", "passport_application", applied, at=at)
        arrive("siskop2mi", "worker_registration", registered, at=at)


def said(one: Description) -> dict[str, str]:
    return {name: str(getattr(one, name)) for name in one.known if name not in UNKNOWN_THERE}


def weigh_names_otherwise(*, at: datetime) -> None:
    """Another version of the weights, as a supervisor would sign it."""
    table = dict(Version.objects.get(name="matching/weights").content)
    mothers = table["weights"]["mother_name.different"]
    table["weights"] = table["weights"] | {"mother_name.different": mothers | {"weight": mothers["weight"] - 1}}
    Version.objects.create(
        id=uuid4(), name="matching/weights", sha256=uuid4().hex * 2, content=table, in_force_from=at, adopted_by=uuid4(), reason="tests"
    )  # fmt: skip


@pytest.mark.prove
def test_stored_explanations_of_links_add_up_and_replay_to_the_bit_under_their_policy(claim: Claim) -> None:
    cast.adopt()
    wanted, rnd, later = claim.number(small=120, large=10_000), Random(claim.seed), cast.NOON + timedelta(days=1)
    linked(wanted // 2, rnd, since=cast.NOON)
    weigh_names_otherwise(at=later)
    linked(wanted, rnd, since=later)
    policies = {policy.name: policy for policy in (matching_policy(in_force(at)) for at in (cast.NOON, later))}
    rows = as_the_hub("SELECT a, b, weight, verdict, policy, evidence, explanation FROM persons_link ORDER BY a, b")
    assert len(rows) >= wanted and {row[4] for row in rows} == set(policies)
    described = described_by({id_ for row in rows for id_ in row[:2]})
    for a, b, weight, verdict, name, evidence, sealed in rows:
        kept = unseal(sealed, about=link_place(a, b))
        stored = unpacked(kept)
        assert (sum(reason[4] for reason in stored["reasons"]), stored["policy"]) == (weight, name)
        assert replayed(described[a], described[b], b, policies[name]) == (kept, verdict, evidence)


def described_by(ids: set[UUID]) -> dict[UUID, Description]:
    with transaction.atomic():
        as_hub()
        return {id_: subject.description for id_, subject in subjects(ids).items()}


def replayed(one: Description, other: Description, b: UUID, policy: MatchingPolicy) -> tuple[bytes, str, UUID]:
    """What would be kept if the two were compared for the first time now, under that policy."""
    made = explain(one, other, candidate=str(b), policy=policy)
    body = unpacked(explanation_json(made)) | {"why": list(why_asked(made, policy))}
    return packed(body), propose(made, policy).value, evidence_of(made)
