"""The records of a story as a dossier: what the rooms make of them, done here by hand."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from suar.core.manipulation.facts import Dossier, Happening, Said
from tests.core.manipulation.planted import Record, Story

PERSONAL = (
    "full_name",
    "nik",
    "kk",
    "sex",
    "birth_date",
    "birth_place",
    "mother_name",
    "father_name",
    "phone",
    "address",
    "passport_no",
)


def laid(story: Story) -> Dossier:
    """One human is one person, but one under another number of the same source is a person of his own: no NIK joins them."""
    persons = persons_of(story)
    said = tuple(
        Said(
            person=persons[one.who, one.values.get("nik", "")], subject=one.who, source=one.source, kind=one.kind, record=one.id, on=one.on,
            values={name: value for name, value in one.values.items() if name in PERSONAL},
        )
        for one in story.records
    )  # fmt: skip
    happened = tuple(found for one in story.records if (found := happening(one, persons)))
    civil = tuple(
        Happening(
            person="", subject="", source="dukcapil", kind="civil", record=f"c{n}", on=on, state=outcome, number=nik
        )
        for n, (nik, outcome, on) in enumerate(story.civil)
    )
    return Dossier(said, happened + civil)


def persons_of(story: Story) -> Mapping[tuple[str, str], str]:
    """A subject is of one person whatever numbers it states; subjects of one human are joined unless one is a second identity."""
    return {
        (one.who, one.values.get("nik", "")): f"{one.human}{'-2' if one.who.endswith('-second') else ''}"
        for one in story.records
    }


def happening(one: Record, persons: Mapping[tuple[str, str], str]) -> Happening | None:
    values, kind = one.values, one.kind
    dead = values.get("cause") == "died"
    until = values.get("status_on") or values.get("expires_on", "")
    return Happening(
        person=persons[one.who, values.get("nik", "")], subject=one.who, source=one.source, kind="death" if dead else kind, record=one.id,
        on=one.on, until=date.fromisoformat(until) if until else None, state=values.get("direction") or values.get("status", ""),
        reason=values.get("reason", ""), number=values.get("passport_no", "") if kind in ("passport", "crossing") else "",
        detail=values.get("request") or values.get("passport_type", ""),
    )  # fmt: skip
