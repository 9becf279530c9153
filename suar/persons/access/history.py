"""What people ruled about a person's records: by whom, when, why, and what of it stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import connection

from suar.agencies.queries import officer_names
from suar.core.act import Act
from suar.policies.queries import in_force

# Under row-level security: a ruling about a record that this act may not read is not there.
RULED = """
SELECT j.a, j.b, sa.source, sb.source, j.ruling, j.at, j.by, j.second, j.agency, j.reason,
    NOT EXISTS (SELECT 1 FROM persons_judgement l WHERE l.a = j.a AND l.b = j.b AND l.id > j.id) AS stands
FROM persons_judgement j JOIN persons_subject sa ON sa.id = j.a JOIN persons_subject sb ON sb.id = j.b
WHERE j.id IN (SELECT id FROM persons_judgement WHERE a = ANY(%(ids)s) UNION SELECT id FROM persons_judgement WHERE b = ANY(%(ids)s))
ORDER BY j.id DESC LIMIT %(most)s
"""
NAMES = ("a", "b", "source_a", "source_b", "ruling", "at", "by", "second", "agency", "reason", "stands")
MOST = 50


def rulings_about(ids: Sequence[UUID], act: Act) -> list[dict[str, Any]]:
    """The rulings that name one of these subjects, newest first, both sides of each readable to this act. Runs inside a door."""
    with connection.cursor() as cursor:
        cursor.execute(RULED, {"ids": list(ids), "most": MOST})
        rows = [dict(zip(NAMES, row, strict=True)) for row in cursor.fetchall()]
    by = named([(row["by"], row["agency"]) for row in rows], act)
    words = reasons_said(act)
    return [
        row | {"by": name, "two": row["second"] is not None, "reason": words.get(row["reason"], row["reason"])}
        for row, name in zip(rows, by, strict=True)
    ]


def named(officers: Sequence[tuple[UUID, str]], act: Act) -> list[str]:
    """Officers by name; a colleague's name is for his own agency, of others the agency stands alone."""
    names = officer_names([officer for officer, agency in officers if agency == act.agency])
    return [names.get(officer, "") for officer, _ in officers]


def reasons_said(act: Act) -> dict[str, Mapping[str, str]]:
    """The words of every reason that a ruling may have: a reviewer's, or a desk's about a namesake."""
    table = in_force(act.at).tables["sharing/reasons"]
    return dict(table["namesake"]) | {str(reason["code"]): reason for reason in table["identity"]}


AGREED = """
WITH told AS (
    SELECT o.round, o.turn, o.ruling FROM persons_opinion o WHERE o.id >= %s AND o.id < %s
)
SELECT f.ruling, s.ruling, count(*) FROM told f JOIN told s ON s.round = f.round AND s.turn = 2 WHERE f.turn = 1 GROUP BY 1, 2 ORDER BY 1, 2
"""


def review_agreement(first: UUID, until: UUID) -> list[tuple[str, str, int]]:
    """How often two who ruled blind on one pair said what: (first, second, how many), for opinions whose ids lie in [first, until).

    For the quality page; names no pair and no officer. Runs as the hub, since it counts across agencies.
    """
    with connection.cursor() as cursor:
        cursor.execute(AGREED, [first, until])
        return [(one, other, number) for one, other, number in cursor.fetchall()]
