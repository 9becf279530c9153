"""Reads of subjects and persons, and rows turned into core values."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import zip_longest
from typing import Any
from uuid import UUID

import numpy as np
from django.db import connections

from suar.core.canonical import packed, unpacked
from suar.core.identity.person import Description
from suar.core.linking.decide import Judgement, Link, Ruling
from suar.core.linking.propose import Verdict, propose
from suar.core.matching.explain import explain
from suar.core.matching.explanation import MatchExplanation
from suar.core.matching.policy import MatchingPolicy
from suar.core.matching.score import encode, score
from suar.core.values import value
from suar.intake.queries.quarantine import doubted_among
from suar.persons.queries.cleared import Known, covered, rulings_apart
from suar.persons.queries.keys import hashed, in_places
from suar.persons.queries.squeezed import squeezed, unsqueezed
from suar.policies.queries import Bundle, once_a_version
from suar.vault.queries import DEFAULT, PROTECTION, seal, unseal
from suar.vault.queries.prepared import Question, prepared


@value()
class Claim:
    """What one current record of a subject says of the human: values with their provenance."""

    kind: str
    record: str
    version: str
    stated_at: str
    values: Mapping[str, Any]
    decision: str = ""  # the number of the decision stated, by which a row of a list is known under any id; never shown


@value()
class Subject:
    """One human as one source knows him. `num` is where his keys stand; 0 until he is written."""

    id: UUID
    source: str
    agency: str
    claims: tuple[Claim, ...]
    num: int = 0

    @property
    def values(self) -> dict[str, Any]:
        """The newest word of the source on each field: claims in canonical order, later ones win."""
        return {name: value for claim in self.claims for name, value in claim.values.items() if value != ""}

    @property
    def description(self) -> Description:
        return Description.of(self.values)

    @property
    def stated(self) -> tuple[Description, ...]:
        """By what this subject is to be found: its description, and each number that a current record states beside a newer one's. Passports
        are renewed, and whoever shows the old one, or got himself another, is still he whom the older record names (SECURITY T08).
        """
        newest = self.description
        numbers = {(name, claim.values[name]) for claim in self.claims for name in NUMBERS if claim.values.get(name)}
        numbers -= {(name, getattr(newest, name)) for name in NUMBERS}
        return newest, *(Description.of(dict([number])) for number in sorted(numbers))

    @property
    def decisions(self) -> frozenset[str]:
        return frozenset(claim.decision for claim in self.claims if claim.decision)

    @property
    def known(self) -> Known:
        return Known(subject=self.id, source=self.source, description=self.description, decisions=self.decisions)


#: The standard's fields of a human that take part in identity (policy/standard's person_claims).
PERSONAL = (
    "full_name", "nik", "kk", "sex", "birth_date", "birth_place", "mother_name", "father_name", "phone", "address", "region_code",
    "passport_no", "nationality",
)  # fmt: skip
#: By each of these alone somebody is found, whichever current record of his states it.
NUMBERS = ("nik", "passport_no")


def newest_said(of: Iterable[Subject], field: str) -> str:
    """The latest word of any source on a field; "" where none has said anything."""
    said = [
        (claim.stated_at, str(claim.values[field])) for one in of for claim in one.claims if claim.values.get(field)
    ]
    return max(said, default=("", ""))[1]


SUBJECTS = """
SELECT s.id, s.source, s.agency, s.claims, s.num FROM unnest(%b::uuid[]) AS asked (id) JOIN persons_subject s ON s.id = asked.id ORDER BY s.id
"""


def subjects_question(ids: Iterable[UUID]) -> list[Question]:
    """What `subjects` asks, for whoever asks several things in one journey."""
    wanted = sorted(set(ids))
    return [(SUBJECTS, [wanted])] if wanted else []


def subjects(ids: Iterable[UUID], *, wall: str = DEFAULT, lock: bool = False) -> dict[UUID, Subject]:
    """Subjects by id, opened; those whose agency the act may not read are simply not there."""
    return {
        row[0]: opened(*row, wall=wall)
        for words, told in subjects_question(ids)
        for row in prepared(words + " FOR UPDATE OF s" if lock else words, told, wall=wall)
    }


def opened(id_: UUID, source: str, agency: str, claims: bytes, num: int = 0, *, wall: str) -> Subject:
    said = unpacked(unsqueezed(unseal(claims, about=b"subject" + id_.bytes, wall=wall)))
    return Subject(id_, source, agency, tuple(claim_of(one) for one in said), num)


def claim_of(said: list[Any]) -> Claim:
    kind, record, version, stated_at, values, *decision = said
    return Claim(
        kind,
        record,
        version,
        stated_at,
        {name: value for name, value in zip(PERSONAL, values, strict=False) if value != ""},
        *decision,
    )


def sealed(subject: Subject, *, wall: str = DEFAULT) -> bytes:
    """What all claims say, as it is kept: of the values no names, since every claim has them in the same order."""
    said = [
        [c.kind, c.record, c.version, c.stated_at, listed(c.values), *([c.decision] if c.decision else [])]
        for c in subject.claims
    ]
    return seal(squeezed(packed(said)), about=b"subject" + subject.id.bytes, wall=wall)


#: Where the values stand in a claim as it is kept.
VALUES = 4


def listed(values: Mapping[str, Any]) -> list[Any]:
    found = [values.get(name, "") for name in PERSONAL]
    while found and found[-1] == "":
        found.pop()
    return found


def described(id_: UUID, claims: bytes, asked: Description, *, wall: str = DEFAULT) -> Description:
    """The description of a subject beside the one asked for, without the claims it is made of: the newest word on each field, but the
    number asked for where any current record states it.
    """
    said = unpacked(unsqueezed(unseal(claims, about=b"subject" + id_.bytes, wall=wall)))
    newest = said[0][VALUES]
    for one in said[1:]:
        newest = [new if new != "" else old for old, new in zip_longest(newest, one[VALUES], fillvalue="")]
    values = dict(zip(PERSONAL, newest, strict=False))
    for name in NUMBERS if len(said) > 1 else ():
        number, place = getattr(asked, name), PERSONAL.index(name)
        if number and any(number in one[VALUES][place : place + 1] for one in said):
            values[name] = number
    return Description.of(values)


def person_of(subject: UUID) -> UUID | None:
    """The person that holds this subject now: any subject id resolves, also one that once named a person."""
    with connections[DEFAULT].cursor() as cursor:
        cursor.execute("SELECT person FROM persons_member WHERE subject = %s", [subject])
        row = cursor.fetchone()
    return row[0] if row else None


def of_one_person(subject: UUID) -> list[UUID]:
    """Every subject of the person who holds this one; it alone where nobody does."""
    person = person_of(subject) or subject
    return members([person]).get(person, [subject])


def members(persons: Iterable[UUID], *, wall: str = DEFAULT) -> dict[UUID, list[UUID]]:
    """Person to its subjects, in order."""
    with connections[wall].cursor() as cursor:
        cursor.execute(
            "SELECT person, subject FROM persons_member WHERE person = ANY(%s) ORDER BY person, subject",
            [list(persons)],
        )
        found: dict[UUID, list[UUID]] = {}
        for person, subject in cursor.fetchall():
            found.setdefault(person, []).append(subject)
    return found


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """Subjects that hang together, and what holds them: joins of the machine, judgements of officers, today's membership."""

    subjects: frozenset[UUID]
    links: tuple[Link, ...]
    judgements: tuple[Judgement, ...]
    person: Mapping[UUID, UUID]


JOINS = """
SELECT a, b, weight, verdict FROM persons_link WHERE verdict = 'join' AND a = ANY(%b::uuid[])
UNION SELECT a, b, weight, verdict FROM persons_link WHERE verdict = 'join' AND b = ANY(%b::uuid[])
"""
JUDGED = "SELECT id, a, b, ruling FROM persons_judgement WHERE a = ANY(%b::uuid[]) OR b = ANY(%b::uuid[])"
TOGETHER = """
SELECT other.subject, other.person FROM persons_member mine JOIN persons_member other USING (person)
WHERE mine.subject = ANY(%b::uuid[])
"""


def neighbourhood(around: Iterable[UUID], *, wall: str = DEFAULT) -> Neighbourhood:
    """Everything reachable from these subjects over joins, human judgements and today's membership: the whole, so that what is decided
    in it is canonical. Grown ring by ring; two rings are usual.
    """
    reached: set[UUID] = set()
    links: dict[tuple[UUID, UUID], Link] = {}
    judgements: dict[UUID, Judgement] = {}
    person: dict[UUID, UUID] = {}
    ring = set(around)
    with connections[wall].cursor() as cursor:
        while ring:
            reached |= ring
            asked, met = sorted(ring, key=by_number), set[UUID]()
            cursor.execute(JOINS, [asked, asked])
            for a, b, weight, verdict in cursor.fetchall():
                links[a, b] = Link(a=str(a), b=str(b), weight=weight, verdict=Verdict(verdict))
                met |= {a, b}
            cursor.execute(JUDGED, [asked, asked])
            for id_, a, b, ruling in cursor.fetchall():
                judgements[id_] = Judgement(a=str(a), b=str(b), ruling=Ruling(ruling), order=str(id_))
                met |= {a, b} if ruling == Ruling.JOINED else set()
            cursor.execute(TOGETHER, [asked])
            held = dict(cursor.fetchall())
            person |= held
            ring = met.union(held) - reached
    return Neighbourhood(frozenset(reached), tuple(links.values()), tuple(judgements.values()), person)


def by_number(id_: UUID) -> int:
    """Sorts UUIDs as PostgreSQL does, and quicker than they compare themselves."""
    return id_.int


@dataclass(frozen=True, slots=True)
class Match:
    """A person who may be the one asked for: the best-fitting subject's explanation, and all his subjects that were found."""

    person: UUID
    subjects: tuple[UUID, ...]
    explanation: MatchExplanation
    description: Description


BLOCK_CAP = 300
CANDIDATE_CAP = 30
#: So many are explained at once; more are weighed by the compiled scorer first, whose start costs as much as three explanations.
FEW = 3


@dataclass(frozen=True, slots=True)
class Candidate:
    """A subject who shares a rare key with the one asked for, and the person that holds him."""

    subject: UUID
    person: UUID
    description: Description


CANDIDATES = f"SELECT * FROM persons_candidates(%s::int[], {BLOCK_CAP}, {CANDIDATE_CAP})"


def candidates_question(asked: Description, *, wall: str = DEFAULT) -> Question:
    """What `candidates` asks, for whoever asks several things in one journey."""
    return CANDIDATES, [in_places(hashed(asked, wall=wall))]


def candidates(asked: Description, *, wall: str = DEFAULT) -> list[Candidate]:
    """Subjects that share a rare key with the one asked for, those who share most keys first; of whom a quarantined source spoke, only
    once the derived state shows what is believed of them.
    """
    rows = prepared(*candidates_question(asked, wall=wall), wall=wall)
    doubted = doubted_among([row[0] for row in rows], wall=wall)
    return [
        Candidate(id_, person or id_, described(id_, claims, asked, wall=wall))
        for id_, claims, person in rows
        if id_ not in doubted
    ]


def same_behind(asked: Description, policy: MatchingPolicy) -> list[UUID]:
    """Subjects behind the wall who are the one described, as far as a machine may say. Only for what is told behind the wall."""
    found = candidates(asked, wall=PROTECTION)
    made = [(one.subject, explain(asked, one.description, candidate=str(one.subject), policy=policy)) for one in found]
    return [subject for subject, explanation in made if propose(explanation, policy) is Verdict.JOIN]


def matches(asked: Description, policy: MatchingPolicy, *, at_least: int | None = None) -> list[Match]:
    """The persons who may be the one asked for, best first; runs inside a door, so only readable subjects take part. At least as much evidence
    as the policy wants, unless told otherwise.
    """
    found = candidates(asked)
    at_least = policy.least if at_least is None else at_least

    def explained(n: int) -> MatchExplanation:
        return explain(asked, found[n].description, candidate=str(found[n].subject), policy=policy)

    few = [explained(n) for n in range(len(found))] if len(found) <= FEW else []
    weights = [one.weight for one in few] or weights_of(
        asked, [one.description for one in found], policy, least=at_least
    )
    best = sorted((-weight, found[n].subject, n) for n, weight in enumerate(weights) if weight >= at_least)
    grouped: dict[UUID, list[int]] = {}
    for _, _, n in best:
        grouped.setdefault(found[n].person, []).append(n)
    found_persons = [
        Match(
            person,
            tuple(found[n].subject for n in group),
            few[group[0]] if few else explained(group[0]),
            found[group[0]].description,
        )
        for person, group in grouped.items()
    ]
    return without_cleared(found_persons, asked, policy)


def without_cleared(found: list[Match], asked: Description, policy: MatchingPolicy) -> list[Match]:
    """The matches without those of whom officers have ruled that they are not the one who was asked for: where one fits so well that the
    machine would join him, he is taken to be the traveller, and whoever was ruled apart from him is not found again at any desk.

    Somebody who fits as well himself stays: then it is not known which of the two stands there.
    """
    own = {match.person for match in found if propose(match.explanation, policy) is Verdict.JOIN}
    if not own or len(own) == len(found) or not (rulings := rulings_apart(own)):
        return found
    others = {id_ for match in found if match.person not in own for id_ in match.subjects}
    now, restricted = subjects(others), pinned_among(others)

    def cleared(match: Match) -> bool:
        return match.person not in own and all(
            covered(now[id_].known, match.person, rulings, asked, policy, restricted=id_ in restricted)
            for id_ in match.subjects
        )

    return [match for match in found if not cleared(match)]


def pinned_among(ids: Iterable[UUID]) -> set[UUID]:
    """Those to whom a restriction is, or was, attached."""
    return {id_ for (id_,) in prepared("SELECT DISTINCT subject FROM persons_pin WHERE subject = ANY(%b)", [list(ids)])}


def weights_of(asked: Description, found: Sequence[Description], policy: MatchingPolicy, *, least: int) -> list[int]:
    """What each description weighs beside the one asked for; of whoever weighs less than `least` only that it is less."""
    together = encode([asked, *found], policy)
    at = np.arange(1, len(found) + 1)
    weights, _ = score(together, np.zeros(len(found), np.int64), together, at, policy, least=least)
    return [int(weight) for weight in weights]


@once_a_version
def matching_policy(bundle: Bundle) -> MatchingPolicy:
    """The matching policy in force."""
    return MatchingPolicy.read(bundle.under("matching"))


# Whoever was linked under another policy than the one in force, or belongs to no person yet; or everybody.
OUTDATED = """
AND (NOT EXISTS (SELECT 1 FROM persons_member m WHERE m.subject = s.id)
    OR EXISTS (SELECT 1 FROM persons_link l WHERE l.a = s.id AND l.policy <> %(policy)s)
    OR EXISTS (SELECT 1 FROM persons_link l WHERE l.b = s.id AND l.policy <> %(policy)s))
"""


def subjects_after(
    id_: UUID | None, policy: MatchingPolicy, *, everybody: bool, at_most: int, wall: str = DEFAULT
) -> list[UUID]:
    """The next subjects, by id, to be compared again. Runs as the system."""
    which = "" if everybody else OUTDATED
    with connections[wall].cursor() as cursor:
        cursor.execute(
            f"SELECT s.id FROM persons_subject s WHERE s.id > %(after)s {which} ORDER BY s.id LIMIT %(at_most)s",
            {"after": id_ or UUID(int=0), "policy": policy.name, "at_most": at_most},
        )
        return [row[0] for row in cursor.fetchall()]


def explanation_json(explanation: MatchExplanation) -> bytes:
    """An explanation as it is kept: every value compared and what it weighed, to be shown and replayed."""
    reasons = [[r.code, r.feature, r.left, r.right, r.weight, dict(r.params)] for r in explanation.reasons]
    return packed({"policy": explanation.policy, "prior": explanation.prior, "reasons": reasons})


COUNT: Question = ("SELECT greatest(reltuples, 0)::bigint FROM pg_class WHERE oid = 'persons_subject'::regclass", ())


def count(at_most: int = 10_000_000) -> int:
    """About how many subjects there are; the threshold moves with the size of the register (PERFORMANCE 1)."""
    [(about,)] = prepared(*COUNT)
    return min(int(about or 0), at_most)


def conflicts(of: Sequence[Subject]) -> list[dict[str, Any]]:
    """Fields on which the sources of one person do not agree: each value with the sources that say it."""
    clashing = []
    for name in ("nik", "birth_date", "sex", "full_name", "mother_name", "kk"):
        said: dict[str, list[str]] = {}
        for subject in of:
            value = str(subject.values.get(name, ""))
            if value:
                said.setdefault(value, []).append(subject.source)
        if len(said) > 1:
            clashing.append(
                {"field": name, "values": [{"value": v, "sources": sorted(set(s))} for v, s in sorted(said.items())]}
            )
    return clashing


def export(*, wall: str = DEFAULT) -> list[dict[str, Any]]:
    """The derived state in canonical form: what "byte-equal" compares (DESIGN 4). Runs as the system."""
    with connections[wall].cursor() as cursor:
        cursor.execute(
            "SELECT s.id, s.source, s.agency, s.claims, m.person FROM persons_subject s LEFT JOIN persons_member m ON m.subject = s.id ORDER BY s.id"
        )
        rows = cursor.fetchall()
        cursor.execute("SELECT a, b, weight, verdict FROM persons_link ORDER BY a, b")
        links = [
            {"a": str(a), "b": str(b), "weight": weight, "verdict": verdict}
            for a, b, weight, verdict in cursor.fetchall()
        ]
    exported = []
    for id_, source, agency, claims, person in rows:
        subject = opened(id_, source, agency, claims, wall=wall)
        said = [[c.kind, c.record, c.version, c.stated_at, dict(c.values)] for c in subject.claims]
        exported.append(
            {"subject": str(id_), "source": source, "agency": agency, "claims": said, "person": str(person)}
        )
    return [*exported, *links]


def every(*, wall: str = DEFAULT) -> Iterator[Subject]:
    """Every subject, by id, opened a few thousand at a time; inside a transaction that may read them. For what learns and measures."""
    with connections[wall].chunked_cursor() as cursor:
        cursor.execute("SELECT id, source, agency, claims FROM persons_subject ORDER BY id")
        while rows := cursor.fetchmany(2_000):
            for id_, source, agency, claims in rows:
                yield opened(id_, source, agency, claims, wall=wall)


LEANING = """
SELECT at, agency FROM persons_judgement WHERE at >= %b AND ruling <> 'withdrawn' AND (a = ANY(%b::uuid[]) OR b = ANY(%b::uuid[]))
"""


def rulings_leaning(subjects: Collection[UUID], since: datetime) -> list[Mapping[str, Any]]:
    """What officers have ruled since then about any of these: when, and whose officers. As the hub."""
    rows = prepared(LEANING, [since, list(subjects), list(subjects)])
    return [{"kind": "ruling", "at": at, "agency": agency} for at, agency in rows]


LEANING_PAIRS = """
SELECT DISTINCT a, b FROM persons_judgement WHERE at >= %b AND ruling <> 'withdrawn' AND (a = ANY(%b::uuid[]) OR b = ANY(%b::uuid[]))
ORDER BY a, b
"""


def pairs_leaning(subjects: Collection[UUID], since: datetime) -> list[tuple[UUID, UUID]]:
    """The pairs that were ruled on since then with any of these among them. As the hub."""
    return [(a, b) for a, b in prepared(LEANING_PAIRS, [since, list(subjects), list(subjects)])]


def judged_pairs() -> dict[tuple[str, str], bool]:
    """Pairs of subjects with the latest human ruling: whether they are one person. One that was withdrawn is none."""
    with connections[DEFAULT].cursor() as cursor:
        cursor.execute("SELECT DISTINCT ON (a, b) a, b, ruling FROM persons_judgement ORDER BY a, b, id DESC")
        return {
            (str(a), str(b)): ruling == Ruling.JOINED
            for a, b, ruling in cursor.fetchall()
            if ruling != Ruling.WITHDRAWN
        }


def measurements(at_most: int = 50) -> list[dict[str, Any]]:
    """How right the matcher was found to be, newest first."""
    with connections[DEFAULT].cursor() as cursor:
        cursor.execute("SELECT at, policy, figures FROM persons_quality ORDER BY id DESC LIMIT %s", [at_most])
        return [
            {"at": at, "policy": policy, **(json.loads(figures) if isinstance(figures, str) else figures)}
            for at, policy, figures in cursor.fetchall()
        ]


def newest_at(claims: Iterable[Claim]) -> datetime | None:
    stated = [claim.stated_at for claim in claims if claim.stated_at]
    return datetime.fromisoformat(max(stated)) if stated else None


def holders(subjects_: Iterable[UUID]) -> dict[UUID, UUID]:
    """Subject to the person that holds it now, in one round trip."""
    with connections[DEFAULT].cursor() as cursor:
        cursor.execute("SELECT subject, person FROM persons_member WHERE subject = ANY(%b)", [list(subjects_)])
        return dict(cursor.fetchall())


def linked(subjects_: Iterable[UUID]) -> dict[UUID, set[UUID]]:
    """Subject to those that the machine holds for the same human or would ask about; runs as the hub."""
    asked, found = list(subjects_), dict[UUID, set[UUID]]()
    with connections[DEFAULT].cursor() as cursor:
        cursor.execute(
            "SELECT a, b FROM persons_link WHERE a = ANY(%b::uuid[]) UNION SELECT a, b FROM persons_link WHERE b = ANY(%b::uuid[])",
            [asked, asked],
        )
        for a, b in cursor.fetchall():
            found.setdefault(a, set()).add(b)
            found.setdefault(b, set()).add(a)
    return found
