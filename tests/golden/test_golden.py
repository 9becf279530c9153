"""Tables that an officer can extend: a line is a situation, what should come of it, and why."""

from __future__ import annotations

import csv
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from suar.core.advice.advise import EntryInForce, advise
from suar.core.advice.sources import SourceHealth, SourceState
from suar.core.identity.names import compare_names
from suar.core.identity.person import Description
from suar.core.indicators.facts import FactSheet
from suar.core.indicators.raised import raised, unknowns
from suar.core.linking.propose import propose
from suar.core.matching.explain import explain
from suar.core.registers.clock import stops
from tests.golden import adopted

HERE = Path(__file__).parent
NOON = datetime(2026, 11, 21, 5, tzinfo=UTC)
SOURCES = ("simkim", "siskop2mi", "siapkerja", "disnaker", "peduliwni", "bp3mi", "dukcapil")
TRUTH = {"yes": True, "no": False}


def rows(name: str) -> list[Any]:
    with (HERE / name).open(encoding="utf-8", newline="") as file:
        return [pytest.param(row, id=f"{line}") for line, row in enumerate(csv.DictReader(file), start=2)]


@pytest.mark.parametrize("row", rows("names.csv"))
def test_two_names_say_what_the_table_says(row: dict[str, str]) -> None:
    names = adopted.matching().names
    there = compare_names(row["left"], row["right"], names)
    back = compare_names(row["right"], row["left"], names)
    assert there.verdict == row["verdict"], (row["why"], there)
    assert (back.verdict, back.weight) == (there.verdict, there.weight), "left and right may be exchanged"


def described(cell: str) -> Description:
    return Description.of(dict(part.split("=", 1) for part in cell.split(";")))


@pytest.mark.parametrize("row", rows("matches.csv"))
def test_two_descriptions_lead_to_what_the_table_says(row: dict[str, str]) -> None:
    policy = adopted.matching()
    explanation = explain(described(row["left"]), described(row["right"]), candidate="found", policy=policy)
    assert propose(explanation, policy) == row["verdict"], (row["why"], explanation.weight, explanation.reasons)


def sources(cannot_know: str) -> dict[str, SourceState]:
    silent = set(cannot_know.split())
    return {name: state(name, SourceHealth.STALE if name in silent else SourceHealth.FRESH) for name in SOURCES}


def state(name: str, health: SourceHealth) -> SourceState:
    since = None if health is SourceHealth.FRESH else datetime(2026, 11, 20, tzinfo=UTC)
    return SourceState(source=name, state=health, as_of=NOON, age_s=0, covers=True, since=since)


def fact(row: dict[str, str], name: str) -> Any:
    if name.startswith("days_"):
        return int(row[name])
    return TRUTH.get(row[name], row[name])


FACT_COLUMNS = (
    "asked_for", "declared_purpose", "recommendation", "placement", "returning_worker", "papers_completed_since",
    "days_since_departure_deferral", "days_since_passport_deferral", "dukcapil", "dukcapil_birth_date", "under_18",
    "protection_marker", "asks_for_help",
)  # fmt: skip


def more(cell: str) -> dict[str, Any]:
    """Facts without a column of their own: `shared_phone=5 answered.debt=agent`."""
    told, answers = dict[str, Any](), dict[str, str]()
    for part in cell.split():
        name, _, value = part.partition("=")
        if name.startswith("answered."):
            answers[name.removeprefix("answered.")] = value
        else:
            told[name] = int(value) if value.isdigit() else TRUTH.get(value, value)
    return told | ({"answered": answers} if answers else {})


def entries(row: dict[str, str]) -> list[EntryInForce]:
    if not row["entry"]:
        return []
    kind, sure = row["entry"].split()
    term = adopted.legal_basis()[kind]
    return [
        EntryInForce(
            entry="entry-1",
            kind=kind,
            source="simkim",
            law=term.law,
            begins=NOON,
            ends=datetime(2027, 1, 1, tzinfo=UTC),
            confirmed=sure == "confirmed",
            stops=stops(term, row["asked_for"]),
        )
    ]


# law: UU 6/2011 Ps 9, 16, 89, 95; Permenkumham 8/2014 Ps 30, 41; UU 21/2007 Ps 46; Permen PPPA 8/2021
@pytest.mark.parametrize("row", rows("advice.csv"))
def test_a_situation_gets_the_advice_of_the_table(row: dict[str, str]) -> None:
    known = {name: fact(row, name) for name in FACT_COLUMNS if row[name]} | more(row["more"] or "")
    sheet = FactSheet(**known, sources=sources(row["cannot_know"]))
    found, rules = raised(sheet, adopted.rules()), adopted.rules()
    said = advise(found, entries(row), sheet.sources.values(), unknowns(sheet, rules), adopted.advice())
    assert said.advice == row["advice"], (row["why"], said)
    assert (said.reasons[0].code if said.reasons else "") == row["first_reason"], said.reasons
    assert " ".join(sorted({one.code for one in said.unknown})) == row["unknown"], said.unknown
