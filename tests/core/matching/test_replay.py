"""Stored explanations add up to their weight, and made again under their policy they are the same to the bit."""

from __future__ import annotations

import dataclasses
import random

import pytest
import yaml

from suar.core.canonical import packed, unpacked
from suar.core.identity.person import Description
from suar.core.matching.explain import explain
from suar.core.matching.explanation import MatchExplanation
from suar.core.matching.policy import MatchingPolicy
from suar.persons.queries.found import explanation_json
from tests.golden import adopted
from tests.proving import Claim

GIVEN = [
    "sari",
    "siti",
    "muhammad",
    "moch.",
    "abd.",
    "rotua",
    "suparman",
    "wayan",
    "dewi",
    "h.",
    "putri",
    "ahmad",
    "rizki",
    "made",
]
FAMILY = [
    "wulandari",
    "aminah",
    "rizki",
    "rahman",
    "simanjuntak",
    "sudarma",
    "sartika",
    "hidayat",
    "da",
    "costa",
    "binti",
    "karto",
]
STREETS = ["Jl. Melati No. 5 RT 001 RW 005 Sukasari", "DUSUN GIRI RT 4 RW 9", "Kp. Baru", ""]


def somebody(rnd: random.Random) -> Description:
    """An invented human of region 99, some of whose fields nobody states."""
    born = f"{rnd.randrange(1950, 2008)}-{rnd.randrange(1, 13):02}-{rnd.randrange(1, 29):02}"
    woman = rnd.random() < 0.5
    day = int(born[8:]) + (40 if woman else 0)
    region = rnd.choice(("990101", "990102", "990201"))
    told = {
        "full_name": " ".join(rnd.choice(words) for words in (GIVEN, FAMILY)),
        "nik": f"{region}{day:02}{born[5:7]}{born[2:4]}{rnd.randrange(1, 9_999):04}",
        "birth_date": rnd.choice((born, born[:7], born[:4], f"~{2024 - int(born[:4])}@2024-05-01")),
        "sex": "2" if woman else "1",
        "mother_name": " ".join(rnd.choice(words) for words in (GIVEN, FAMILY)),
        "father_name": " ".join(rnd.choice(words) for words in (GIVEN, FAMILY)),
        "phone": f"+6281199{rnd.randrange(10**6):06}",
        "passport_no": f"X{rnd.randrange(10**7):07}",
        "birth_place": rnd.choice(("Balige", "KAB. BALIGE", "Praya")),
        "address": rnd.choice(STREETS),
        "region_code": region,
        "kk": f"{region}010119{rnd.randrange(1, 9_999):04}",
        "nationality": "IDN",
    }
    return Description.of({name: value for name, value in told.items() if rnd.random() < 0.75})


def another(rnd: random.Random, one: Description) -> Description:
    """The same human as somebody else writes him down: some fields are another's, or are not stated."""
    stranger = somebody(rnd)
    changed = {name: getattr(stranger, name) for name in one.known if rnd.random() < 0.3}
    return dataclasses.replace(one, **changed)


def adopted_twice() -> tuple[MatchingPolicy, MatchingPolicy]:
    """The policy in force, and the same read anew from its stored text, as a court's expert would."""
    tables = adopted.tables("matching")
    return MatchingPolicy.read(tables), MatchingPolicy.read(yaml.safe_load(yaml.safe_dump(tables)))


@pytest.mark.prove
def test_stored_explanations_add_up_and_replay_to_the_bit(claim: Claim) -> None:
    then, now = adopted_twice()
    assert then.name == now.name
    rnd = random.Random(claim.seed)
    for _ in range(claim.number(small=300, large=10_000)):
        one = somebody(rnd)
        other = another(rnd, one)
        persons = rnd.randrange(2, 10**8)
        made = explain(one, other, candidate="found", policy=then.for_register(persons))
        kept = explanation_json(made)
        adds_up(made, kept)
        again = explain(one, other, candidate="found", policy=now.for_register(persons))
        assert explanation_json(again) == kept and again == made


def adds_up(made: MatchExplanation, kept: bytes) -> None:
    """The parts that were kept give the weight, and nothing that was kept is lost in reading it."""
    stored = unpacked(kept)
    assert sum(reason[4] for reason in stored["reasons"]) == made.weight
    assert stored["prior"] == made.prior and stored["policy"] == made.policy
    assert packed(stored) == kept
