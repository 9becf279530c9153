"""The one list with a hundred thousand entries: a page, a name and a number are answered as quickly as with few."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection, connections, transaction

from suar.agencies.access import as_hub
from suar.persons.queries import Claim as Said
from suar.persons.queries import Subject, sealed
from suar.registers.access.one_list import Filter, numbers_for
from suar.registers.access.one_list_rows import MOST, Sought
from suar.registers.jobs import write_found_by
from tests import cast
from tests.database import Copy
from tests.proving import Claim
from tests.registers.filed import at_the_list, named

#: One in twenty is a Siti, one in two hundred has the same two words; nobody else is called Simanjorang.
FIRST = ("Siti", *[f"Na{a}{b}i" for a in "bdgklmnprst" for b in "aeiou"][:19])
SECOND = tuple(f"{a}{b}{c}an" for a in "BDKLMPRS" for b in "aiou" for c in "kmprst")[:190]
KINDS = ("passport_postponement", "departure_deferral", "prevention", "repatriation", "exit_ban")
ONE = {"full_name": "Rotua Simanjorang", "nik": "9901015506900077", "birth_date": "1990-06-15"}
QUICK_S = 0.5  # of which a machine with two busy cores needs most to be busy
FILL = """
INSERT INTO persons_subject (id, source, agency, claims) SELECT id, 'simkim', 'imigrasi', claims FROM unnest(%b::uuid[], %b::bytea[]) AS s (id, claims)
"""
ENTRIES = """
INSERT INTO registers_entry (id, kind, subject, source, agency, record, authority, basis, reason, state, in_force)
SELECT id, (%(kinds)s::text[])[n %% 5 + 1], id, 'simkim', 'imigrasi', gen_random_uuid(), 'cgk', 'UU 6/2011', 'other', 'unconfirmed',
    tstzrange(%(at)s - make_interval(hours => n::int), %(at)s - make_interval(hours => n::int)
        + CASE (%(kinds)s::text[])[n %% 5 + 1] WHEN 'departure_deferral' THEN interval '7 days' ELSE interval '20 days' END)
FROM unnest(%(ids)s::uuid[]) WITH ORDINALITY AS one (id, n)
"""


@pytest.fixture
def entries(cloned_database: Copy, claim: Claim) -> int:
    """So many entries, each of a person of his own."""
    cast.adopt()
    many = claim.number(small=5_000, large=100_000)
    draw = random.Random(claim.seed)
    said = [
        {"full_name": f"{draw.choice(FIRST)} {draw.choice(SECOND)}", "birth_date": f"19{50 + n % 50}-06-15"}
        for n in range(many - 1)
    ]
    people = [
        Subject(UUID(int=draw.getrandbits(128)), "simkim", "imigrasi", (Said("crossing", "r", "1", "2026-01-01", one),))
        for one in [*said, ONE]
    ]
    ids = [one.id for one in people]
    with transaction.atomic(), connection.cursor() as cursor:
        as_hub()
        cursor.execute(FILL, [ids, [sealed(one) for one in people]])
        cursor.execute("INSERT INTO persons_member (subject, person) SELECT id, id FROM persons_subject")
        cursor.execute(ENTRIES, {"ids": ids, "kinds": list(KINDS), "at": cast.NOON})
        write_found_by([(one.id, one.id, one.values) for one in people])
    with connections["owner"].cursor() as cursor:
        cursor.execute("ANALYZE")
    return many


@pytest.mark.prove
def test_a_page_a_name_and_a_number_are_answered_at_once(entries: int) -> None:
    seconds = {
        "the first page": took(lambda: len(at_the_list().groups) == MOST),
        "one kind in force": took(lambda: len(at_the_list(kept=Filter(kind="exit_ban", in_force=True)).groups) == MOST),
        "a page far down": took(
            lambda: len(at_the_list(after=(cast.NOON - timedelta(hours=entries - 200), UUID(int=0))).groups) == MOST
        ),
        "a rare name": took(
            lambda: [one.name for one in at_the_list(sought=named("Simanjorang")).groups] == [ONE["full_name"]]
        ),
        "a name that one in twenty has": took(lambda: len(at_the_list(sought=named("Siti")).groups) == MOST),
        "a NIK": took(lambda: len(at_the_list(sought=Sought(typed=ONE["nik"], nik=ONE["nik"])).groups) == 1),
        "the numbers": took(lambda: sum(one.rows for one in numbers_for(cast.act(cast.RAKA))) == entries),
    }
    print(f"{entries:,} entries:", ", ".join(f"{what} {spent * 1000:.0f} ms" for what, spent in seconds.items()))
    assert max(seconds.values()) < QUICK_S


def took(right: Callable[[], bool]) -> float:
    """Seconds of the quickest of three, each with the right answer."""
    spent = []
    for _ in range(3):
        began = time.perf_counter()
        assert right()
        spent.append(time.perf_counter() - began)
    return min(spent)
