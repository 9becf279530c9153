"""Everything here that knows how Suar keeps subjects and keys: filling the tables, one search, one probe, their size.

Whoever changes those tables changes this file and no other of the benchmark. The search is the desk's own.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django.db import connections, transaction

from suar.agencies.access import as_hub
from suar.core.identity.person import Description
from suar.core.matching.policy import MatchingPolicy
from suar.persons.queries import Claim, Subject, sealed
from suar.persons.queries import found as register
from suar.persons.queries.keys import EVERY, hashed, rows_of

Rows = list[tuple[Any, ...]]
#: What a search reads of everybody: what is said of him and his keys; who is one person with whom is kept beside, a row a subject as well.
SEARCHED = ("persons_subject", "persons_key")
TABLES = (*SEARCHED, "persons_member")
SOURCE, AGENCY, KIND, STATED = "bench", "kp2mi", "placement", "2026-01-01T00:00:00+00:00"
COPY = (
    ("COPY persons_subject (id, num, source, agency, claims) FROM STDIN (FORMAT binary)", ["uuid", "int4", "text", "text", "bytea"]),
    (f"COPY persons_key (subject, num, part, {', '.join(EVERY)}) FROM STDIN (FORMAT binary)", ["uuid", "int4", "int2", *["int4"] * len(EVERY)]),
    ("COPY persons_member (subject, person) FROM STDIN (FORMAT binary)", ["uuid", "uuid"]),
)  # fmt: skip
#: Odd numbers near the golden section of 64 and of 62 bits, and the inverse of the latter.
SPREAD_HIGH, SPREAD = 0x9E3779B97F4A7C15, 0x278DDE6E5FD29F05
BACK = pow(SPREAD, -1, 1 << 62)


def subject_of(number: int) -> UUID:
    """The id of the subject that is this person of the register: spread as keyed ids are, and yet read back by `number_of`."""
    high, low = number * SPREAD_HIGH % (1 << 64), number * SPREAD % (1 << 62)
    return UUID(int=(high & ~(0xF << 12) | 0x8 << 12) << 64 | 0x2 << 62 | low)


def number_of(subject: UUID) -> int:
    return (subject.int & ((1 << 62) - 1)) * BACK % (1 << 62)


def open_for_copy(*, opened: bool) -> None:
    """COPY refuses a table whose row-level security is forced: its owner lifts that for a first load, and puts it back."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(f"ALTER TABLE persons_subject {'NO FORCE' if opened else 'FORCE'} ROW LEVEL SECURITY")


def without_key_indexes() -> list[str]:
    """Take the keys' own indexes away before a first load. Returns the statements that make them again."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename = 'persons_key' AND indexname <> 'persons_key_pkey'"
        )
        found = cursor.fetchall()
        for name, _ in found:
            cursor.execute(f"DROP INDEX {name}")
    return [made.replace(" ON ONLY ", " ON ") for _, made in found]


def with_key_indexes(made: Sequence[str]) -> None:
    """Make them of what stands there: sorted once instead of found a place for each."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("SET maintenance_work_mem = '1GB'; SET max_parallel_maintenance_workers = 1")
        for words in made:
            cursor.execute(words)
        cursor.execute(
            "REINDEX INDEX persons_subject_pkey; RESET maintenance_work_mem; RESET max_parallel_maintenance_workers"
        )


def load(batch: Sequence[tuple[int, Description]]) -> None:
    """One batch into all tables in one transaction: keys hashed, claims sealed, COPY into tables with their indexes."""
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        cursor.execute(
            "SELECT set_config('suar.may_read', '*', true), array_agg(nextval('persons_subject_num')) FROM generate_series(1, %s)",
            [len(batch)],
        )
        numbers = cursor.fetchone()[1]
        subjects: Rows = []
        held: Rows = []
        members: Rows = []
        for num, (number, described) in zip(numbers, batch, strict=True):
            id_ = subject_of(number)
            claim = Claim(KIND, str(number), "1", STATED, values_of(described))
            subjects.append((id_, num, SOURCE, AGENCY, sealed(Subject(id_, SOURCE, AGENCY, (claim,)))))
            held += [(id_, num, part, *row) for part, row in enumerate(rows_of(hashed(described)))]
            members.append((id_, id_))
        raw: Any = cursor.cursor
        for (words, types), rows in zip(COPY, (subjects, held, members), strict=True):
            copy_rows(raw, words, types, rows)


def copy_rows(raw: Any, words: str, types: list[str], rows: Iterable[tuple[Any, ...]]) -> None:
    with raw.copy(words) as into:
        into.set_types(types)
        for row in rows:
            into.write_row(row)


def values_of(described: Description) -> dict[str, str]:
    return {name: getattr(described, name) for name in described.known}


# What is stored ends here: a change above loads the registers anew, one below does not (`ours.stored`).


def remove(numbers: Iterable[int]) -> None:
    """Take people out again that were loaded to time a delta."""
    ids = [subject_of(number) for number in numbers]
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        cursor.execute("SELECT set_config('suar.may_read', '*', true)")
        for table, column in (("persons_key", "subject"), ("persons_subject", "id"), ("persons_member", "subject")):
            cursor.execute(f"DELETE FROM {table} WHERE {column} = ANY(%s)", [ids])


def read_once() -> None:
    """Read all that searches read, as a register in use has been: the server has just been started, and nothing of it is in memory."""
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        cursor.execute("SELECT set_config('suar.may_read', '*', true); SET LOCAL enable_seqscan = off")
        for column in EVERY:
            cursor.execute(f"SELECT count({column}) FROM persons_key WHERE {column} IS NOT NULL")
        cursor.execute("SELECT count(num) FROM persons_subject; SELECT count(subject) FROM persons_member")
        cursor.execute("SET LOCAL enable_seqscan = on; SELECT sum(length(claims)) FROM persons_subject")


def search(
    asked: Description, policy: MatchingPolicy, at_least: int | None = None
) -> tuple[float, list[tuple[int, int]]]:
    """Milliseconds of candidates and explanations as a desk gets them, inside a door; numbers found and their weights, best first."""
    with transaction.atomic():
        as_hub()
        started = time.perf_counter()
        found = register.matches(asked, policy, at_least=at_least)
        spent = (time.perf_counter() - started) * 1000
    return spent, [(number_of(match.person), match.explanation.weight) for match in found]


def candidates(asked: Description) -> list[int]:
    """Numbers of those who would be compared with this one, not compared yet."""
    with transaction.atomic():
        as_hub()
        return [number_of(one.subject) for one in register.candidates(asked)]


def score(asked: Description, found: Sequence[Description], policy: MatchingPolicy) -> float:
    """Milliseconds of weighing one description against these, as `matches` does it once they are read."""
    started = time.perf_counter()
    register.weights_of(asked, found, policy, least=policy.least)
    return (time.perf_counter() - started) * 1000


def hashes(asked: Description) -> list[int]:
    """Keys to probe: those of a rare word and the day of birth."""
    return hashed(asked).get("name_born", [])


PROBE = """
SELECT a.key, found.num FROM unnest(%s::int[]) AS a (key)
CROSS JOIN LATERAL (SELECT k.num FROM persons_key k WHERE k.name_born = a.key LIMIT 1) found
"""


def probe(wanted: Sequence[int]) -> float:
    """Milliseconds of one trip that looks these keys up and fetches one subject's number of each: the floor of a search."""
    raw = raw_connection()
    with raw.cursor(binary=True) as cursor:
        started = time.perf_counter()
        cursor.execute(PROBE, [list(wanted)], prepare=True)
        cursor.fetchall()
        return (time.perf_counter() - started) * 1000


def nothing() -> float:
    """Milliseconds of `select 1`."""
    with raw_connection().cursor(binary=True) as cursor:
        started = time.perf_counter()
        cursor.execute("SELECT 1", prepare=True)
        cursor.fetchall()
        return (time.perf_counter() - started) * 1000


def raw_connection() -> Any:
    connections["default"].ensure_connection()
    return connections["default"].connection


def stored_bytes() -> dict[str, int]:
    """Of each table with its indexes and partitions."""
    with connections["owner"].cursor() as cursor:
        found = {}
        for name in TABLES:
            cursor.execute(
                "SELECT sum(pg_total_relation_size(c.oid)) FROM pg_class c WHERE c.relkind = 'r' AND c.relname ~ %s",
                [f"^{name}(_[0-9]+)?$"],
            )
            found[name] = int(cursor.fetchone()[0] or 0)
        return found
