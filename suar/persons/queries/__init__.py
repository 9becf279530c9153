"""Reads of subjects and persons, and rows turned into core values."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import zip_longest
from typing import Any
from uuid import UUID

from django.db import connections

from suar.core.canonical import packed, unpacked
from suar.core.identity.person import Description
from suar.core.linking.decide import Ruling
from suar.core.matching.policy import MatchingPolicy
from suar.core.values import value
from suar.persons.queries.cleared import Known
from suar.persons.queries.squeezed import squeezed, unsqueezed
from suar.vault.queries import DEFAULT, seal, unseal
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
