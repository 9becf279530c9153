"""`suar quality`: how right the matcher is on the register as it stands, kept beside earlier measurements, shown at /quality/.

By the sandbox's truth where the people are invented, and by what officers judged in the review queue wherever they did.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.db import transaction
from rich.console import Console
from rich.table import Table

from suar.agencies.access import as_hub
from suar.core.linking.propose import propose
from suar.core.matching.policy import MatchingPolicy
from suar.persons.actions.note_quality import note_quality
from suar.persons.queries import judged_pairs
from suar.persons.queries.found import matching_policy
from suar.policies.queries import in_force
from suar.site.auth import system_act
from suar.site.running.home import CannotRun, here
from suar.site.training import people, truth
from suar.site.training.outcomes import explained
from suar.site.training.quality import Group, Judged, groups, judged, off_by, reliability

#: How far a group may lie from the whole (issue 3): as parts of a hundred.
AT_MOST = {"sex": 125, "province": 125, "commonest": 150}


def quality() -> int:
    """Exit status 0 when something was measured and every group that has a bound keeps it."""
    act = system_act("quality")
    everybody = people.of_the_register()
    if not everybody:
        raise CannotRun("There is nobody in the register yet.")
    policy = matching_policy(in_force(act.at)).for_register(len(everybody))
    measured = [of_reviews(everybody, policy)]
    if settings.DEMO and (here().sandbox / "truth").is_dir():
        measured.append(of_truth(everybody, policy))
    kept = [one for one in measured if one["pairs"]]
    if not kept:
        raise CannotRun("Nothing to measure by: no pair was judged by an officer, and these people are not invented.")
    for one in kept:
        note_quality(one["by"], policy.name, one, act=act)
        Console().print(table_of(one))
    within = [group["within"] for one in kept for group in one["groups"]]
    print(
        "Kept; history at /quality/. "
        + ("Every group keeps its bound." if all(within) else "Some groups lie outside their bound.")
    )
    return 0 if all(within) else 1


def of_truth(everybody: Sequence[people.Described], policy: MatchingPolicy) -> dict[str, Any]:
    who = truth.humans(everybody, here().sandbox / "truth")
    found = judged(everybody, who, policy)
    return told("truth", found, groups(everybody, who, found, policy), policy, people=len(everybody))


def of_reviews(everybody: Sequence[people.Described], policy: MatchingPolicy) -> dict[str, Any]:
    """Pairs by the latest ruling of an officer; one that was withdrawn judges nothing."""
    place = {one.id: number for number, one in enumerate(everybody)}
    with transaction.atomic():
        as_hub()
        rulings = {(place[a], place[b]): same for (a, b), same in judged_pairs().items() if a in place and b in place}
    pairs = sorted(rulings)
    found = [
        Judged(pair, e.weight + e.prior, propose(e, policy), rulings[pair])
        for pair, e in zip(pairs, explained(everybody, pairs, policy), strict=True)
    ]
    return told("reviews", found, [], policy, people=len({place for pair in pairs for place in pair}))


def told(
    by: str, found: Sequence[Judged], parts: Sequence[Group], policy: MatchingPolicy, *, people: int
) -> dict[str, Any]:
    """The figures of one measurement, whole numbers only and nobody in them."""
    joined = [one for one in found if one.verdict == "join"]
    points = reliability(found, policy.calibration)
    whole = next((part.wrongly for part in parts if part.kind == "all"), 0.0)
    return {
        "by": by,
        "people": people,
        "pairs": len(found),
        "joined": len(joined),
        "joined_rightly": sum(one.true for one in joined),
        "asked": sum(one.verdict == "ask" for one in found),
        "asked_rightly": sum(one.true for one in found if one.verdict == "ask"),
        "error_micro": round(1000 * off_by(points)),
        "reliability": [list(point) for point in points],
        "groups": [row_of(part, whole) for part in parts],
    }


def row_of(part: Group, whole: float) -> dict[str, Any]:
    """A group's figures, and whether its rate of wrong referrals keeps the bound beside the whole's."""
    ratio = round(100 * part.wrongly / whole) if whole else 100
    return {
        "kind": part.kind,
        "of": part.of,
        "name": f"{part.kind}_{part.of}",
        "people": part.people,
        "recall": part.recall,
        "wrongly_micro": round(1_000_000 * part.wrongly),
        "ratio": ratio,
        "bound": AT_MOST.get(part.kind, 0),
        "within": ratio <= AT_MOST.get(part.kind, ratio),
    }


def table_of(one: dict[str, Any]) -> Table:
    precision = one["joined_rightly"] / one["joined"] if one["joined"] else 1.0
    title = f"By {one['by']}: {one['pairs']:,} pairs of {one['people']:,} people; joined {one['joined']:,}, precision {precision:.4f}; "
    title += (
        f"asked {one['asked']:,}, rightly {one['asked_rightly']:,}; calibration error {one['error_micro'] / 1000:.2f} ‰"
    )
    table = Table("group", "of", "people", "recall ‰", "wrongly referred ‰", "ratio", "bound", title=title, box=None)
    for part in one["groups"]:
        bound = f"{part['bound'] / 100:.2f}{'' if part['within'] else '  exceeded'}" if part["bound"] else ""
        figures = (
            f"{part['people']:,}",
            str(part["recall"]),
            f"{part['wrongly_micro'] / 1000:.2f}",
            f"{part['ratio'] / 100:.2f}",
            bound,
        )
        table.add_row(part["kind"], part["of"], *figures)
    return table
