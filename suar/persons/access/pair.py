"""What of a pair its reviewer is shown while it is in his hands: two records side by side, and the comparison as it was stored."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from suar.agencies.access import enter, mask_of, opens
from suar.audit.actions import append
from suar.core.act import Act
from suar.core.canonical import unpacked
from suar.core.errors import NotFound
from suar.core.identity.spelling import letters
from suar.core.matching.explanation import permille
from suar.persons.access import UNMASKED, shown_value
from suar.persons.access.history import named
from suar.persons.access.review import NotTaken, Question, because, question_of
from suar.persons.queries import PERSONAL, Claim, Subject, subjects
from suar.policies.queries import in_force
from suar.vault.queries import unseal


def link_place(a: UUID, b: UUID) -> bytes:
    """What a stored explanation is bound to, so that none can be moved to another pair."""
    return b"link" + a.bytes + b.bytes


def explanation_of(one: Question) -> dict[str, Any]:
    """The explanation as it was kept when the comparison was made, or when somebody asked; it is never made again here. As the hub."""
    table = "persons_link" if one.linked else "persons_review"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT explanation FROM {table} WHERE a = %s AND b = %s", [one.a, one.b])
        (sealed,) = cursor.fetchone()
    return dict(unpacked(unseal(sealed, about=link_place(one.a, one.b))))


@transaction.atomic
def pair_for(act: Act, a: UUID, b: UUID) -> dict[str, Any]:
    """The two records side by side, with the stored comparison, for whoever has the pair in hand: the pair itself is what justifies it.

    Refuses: DoorShut; NotFound, alike for none, settled and another's; NotTaken.
    """
    act = replace(act, reference=f"{min(a, b)}/{max(a, b)}")
    enter(act, "review.rule")
    one = question_of(act, a, b)
    if not one.mine:
        raise NotTaken()
    kept, before = explanation_of(one), explained_before(one)
    enter(act, "review.rule")  # from here on only what this officer may read
    found = subjects([one.a, one.b])
    if len(found) < 2:
        raise NotFound()
    mask = mask_of(act)
    left, right = found[one.a], found[one.b]
    append("review.shown", act, about=[one.a, one.b], fields=sorted({*left.values, *right.values, "evidence"}))
    return shaped(one, (left, right), kept, before, act, masked=mask["matches"] == "masked", evidence=mask["evidence"])


def shaped(
    one: Question,
    both: tuple[Subject, Subject],
    kept: Mapping[str, Any],
    before: Mapping[str, Any] | None,
    act: Act,
    *,
    masked: bool,
    evidence: bool,
) -> dict[str, Any]:
    reasons = [as_reason(row, evidence=evidence and not masked) for row in kept["reasons"]]
    weight = sum(reason["weight"] for reason in reasons)
    (by,) = named([(one.ruled_by, one.ruled_agency)], act) if one.ruled_by else ("",)
    return {
        "a": one.a,
        "b": one.b,
        "evidence": one.evidence,
        "subjects": [{"id": subject.id, "source": subject.source, "agency": subject.agency} for subject in both],
        "rows": rows_of(*both, masked=masked),
        "for": sorted((r for r in reasons if r["weight"] > 0), key=lambda r: -r["weight"]),
        "against": sorted((r for r in reasons if r["weight"] < 0), key=lambda r: r["weight"]),
        "neutral": [r for r in reasons if r["weight"] == 0],
        "weight": weight,
        "prior": kept["prior"],
        "odds": weight + int(kept["prior"]),
        "permille": permille(weight + int(kept["prior"])),
        "policy": kept["policy"],
        "why": kept.get("why", []),
        "verdict": one.verdict,
        "because": because(one),
        "ruled": {"ruling": one.ruled, "at": one.ruled_at, "by": by, "agency": one.ruled_agency} if one.ruled else None,
        "changed": changed(before, kept) if before else [],
        "rulings": [
            "joined",
            "not_same",
            "cannot_tell",
            *(["withdrawn"] if one.ruled not in {"", "withdrawn"} else []),
        ],
    }


def as_reason(row: Sequence[Any], *, evidence: bool) -> dict[str, Any]:
    code, feature, left, right, weight, params = row
    values = {"left": left, "right": right} if evidence else {"left": "", "right": ""}
    return {"code": code, "feature": feature, "weight": weight, "params": params, **values}


def rows_of(left: Subject, right: Subject, *, masked: bool) -> list[dict[str, Any]]:
    """Every field that one of the two states: both values with their source and day."""
    said, other = newest(left), newest(right)
    rows = []
    for name in PERSONAL:
        if name not in said and name not in other:
            continue
        values = [side[name][0] if name in side else "" for side in (said, other)]
        shown = [shown_value(name, value, masked=masked) for value in values]
        state = "one_side" if "" in values else "same" if written_alike(name, *values) else "differs"
        sides = [
            {
                "value": shown[at],
                "stated": bool(values[at]),
                "masked": masked and bool(values[at]) and name not in UNMASKED,
                "source": subject.source,
                "kind": side[name][1].kind if name in side else "",
                "as_of": side[name][1].stated_at if name in side else "",
            }
            for at, (subject, side) in enumerate(((left, said), (right, other)))
        ]
        rows.append({"field": name, "state": state, "sides": sides})
    return rows


def written_alike(name: str, left: str, right: str) -> bool:
    """Whether two values are one. Capitals, commas and blanks make no other name or address of it."""
    in_letters = name.endswith("_name") or name in {"address", "birth_place"}
    return left == right or (in_letters and letters(left) == letters(right))


def newest(subject: Subject) -> dict[str, tuple[str, Claim]]:
    """The newest word of the source on each field, with the claim that says it."""
    said: dict[str, tuple[str, Claim]] = {}
    for claim in subject.claims:
        said.update({name: (str(value), claim) for name, value in claim.values.items() if value != ""})
    return said


def rulings_for(act: Act, rulings: Sequence[str]) -> list[dict[str, Any]]:
    """The reasons to choose from, by the ruling that may have them; the first of each is meant where none is chosen."""
    listed: Sequence[Mapping[str, Any]] = in_force(act.at).tables["sharing/reasons"]["identity"]
    return [
        {
            "label_code": f"review_act.{one}",
            "reasons": [{"code": reason["code"], "text": reason} for reason in listed if one in reason["for"]],
        }
        for one in rulings
    ]


def look_again_reasons(act: Act) -> list[dict[str, Any]]:
    """Why somebody may ask that a pair be looked at again; none to choose from for a role that may not ask."""
    if not opens(act, "review.ask"):
        return []
    return [
        {"code": code, "text": words}
        for code, words in in_force(act.at).tables["sharing/reasons"]["look_again"].items()
    ]


def explained_before(one: Question) -> dict[str, Any] | None:
    """What the ruling that stands was made on, where the pair is asked again. As the hub."""
    if one.ruled_round is None:
        return None
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, sealed FROM persons_opinion WHERE round = %s ORDER BY turn DESC LIMIT 1", [one.ruled_round]
        )
        row = cursor.fetchone()
    return dict(unpacked(unseal(row[1], about=opinion_place(row[0])))["explanation"]) if row else None


def opinion_place(opinion: UUID) -> bytes:
    return b"opinion" + opinion.bytes


def changed(before: Mapping[str, Any], kept: Mapping[str, Any]) -> list[str]:
    """The features in which what was compared then and what is compared now are not the same. What a family's cap takes back follows from
    them and is none of its own.
    """
    then, now = ({row[1]: row[:1] + row[2:4] for row in one["reasons"] if row[1] != "family"} for one in (before, kept))
    return sorted(feature for feature in then.keys() | now.keys() if then.get(feature) != now.get(feature))
