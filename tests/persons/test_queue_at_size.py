"""The reviewer's queue among a million links: it looks at as many pairs as it shows and counts, however many were ever asked about."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, connections, transaction
from django.test.utils import CaptureQueriesContext

from suar.agencies.access import as_hub
from suar.persons.access.review import COUNTED, queue_for
from suar.persons.actions.take import take_next
from tests import cast
from tests.database import Copy
from tests.persons.asked import as_the_hub, noted, reviewers, waits
from tests.proving import Claim

#: Every fifth link a question, three of four of them ruled on; two links for each subject. Nobody is described: the queue opens nobody.
FILL = (
    "INSERT INTO persons_subject (id, source, agency, claims) SELECT md5('s' || n)::uuid, (ARRAY['simkim', 'siskop2mi'])[n %% 2 + 1],"
    " (ARRAY['imigrasi', 'kp2mi'])[n %% 2 + 1], '' FROM generate_series(0, %(links)s / 2 + 100) n",
    "INSERT INTO persons_member (subject, person) SELECT id, id FROM persons_subject",
    "INSERT INTO persons_link (a, b, weight, verdict, policy, evidence, explanation) SELECT least(x, y), greatest(x, y), 5000,"
    " CASE WHEN n %% 5 = 0 THEN 'ask' ELSE 'join' END, 'p', md5('e' || n)::uuid, convert_to(repeat('x', 300), 'UTF8') FROM (SELECT n,"
    " md5('s' || n / 2)::uuid AS x, md5('s' || n / 2 + 1 + n %% 2 + n %% 7 * 13)::uuid AS y FROM generate_series(0, %(links)s - 1) n) made",
    "INSERT INTO persons_asked (a, b, evidence, since) SELECT a, b, evidence, %(at)s - make_interval(secs => hashtext(a::text) & 1048575)"
    " FROM persons_link WHERE verdict = 'ask'",
    "INSERT INTO persons_judgement (id, a, b, ruling, at, by, agency, desk, reason, evidence) SELECT gen_random_uuid(), a, b,"
    " (ARRAY['not_same', 'cannot_tell'])[(hashtext(b::text) & 1) + 1], %(at)s, gen_random_uuid(), 'suar', 'T', 'r', evidence"
    " FROM persons_link WHERE verdict = 'ask' AND (hashtext(a::text) & 3) <> 0",
    "UPDATE persons_link l SET waits = q.since FROM persons_asked q WHERE (q.a, q.b, q.evidence) = (l.a, l.b, l.evidence)"
    " AND NOT EXISTS (SELECT 1 FROM persons_judgement j WHERE (j.a, j.b) = (l.a, l.b))",
)  # fmt: skip
#: A pair's own rows: its link twice, two subjects, two memberships, what was asked, ruled and said, each over an index of some levels.
BLOCKS_A_PAIR = 45


@pytest.fixture
def links(cloned_database: Copy, claim: Claim) -> int:
    cast.adopt()
    reviewers()
    many = claim.number(small=40_000, large=1_000_000)
    with transaction.atomic(), connection.cursor() as cursor:
        as_hub()
        for statement in FILL:
            cursor.execute(statement, {"links": many, "at": cast.NOON - timedelta(days=30)})
    with connections["owner"].cursor() as cursor:
        cursor.execute("ANALYZE")
    return many


@pytest.mark.prove
def test_the_queue_looks_at_no_more_than_it_shows_and_counts(links: int) -> None:
    assert len(as_the_hub("SELECT 1 FROM persons_link WHERE verdict = 'ask'")) == links // 5
    assert noted() == waits()
    act = cast.act(cast.WULAN, at=cast.NOON + timedelta(minutes=10))
    with CaptureQueriesContext(connection) as said:
        queue = queue_for(act)
    assert queue.waiting == COUNTED and queue.more
    assert [row["since"] for row in queue.rows] == sorted(noted().values())[: len(queue.rows)]
    (asked,) = [one["sql"] for one in said.captured_queries if "persons_link p WHERE waits" in one["sql"]]
    assert blocks_of(asked) < BLOCKS_A_PAIR * COUNTED
    oldest = min(noted().items(), key=lambda one: (one[1], one[0]))[0]
    assert take_next(act=act) == oldest


def blocks_of(sql: str) -> int:
    """How many blocks the database touches to answer."""
    (plan,) = as_the_hub("EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) " + sql.replace("%", "%%"))
    laid: Any = plan[0] if isinstance(plan[0], list) else json.loads(plan[0])
    return int(laid[0]["Plan"]["Shared Hit Blocks"] + laid[0]["Plan"]["Shared Read Blocks"])
