"""The program `suar` with a bug planted: python -m tests.flows.planted BUG WORD …

Each bug does a part of taking a batch in a transaction of its own, as one writes it who does not think of a kill between the two; there
it lingers, and says so by a file `between` in its home, so that a kill finds the place.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import Any

import psycopg

LINGER_S = 20.0


def linger() -> None:
    (Path(os.environ["SUAR_HOME"]) / "between").touch()
    time.sleep(LINGER_S)


def seen_before_taken(accept: Any) -> None:
    """What was seen is committed before what was taken: a kill between them loses the records for ever."""

    def first_seen(rows: list[Any], batch: Any, *rest: Any) -> list[Any]:
        with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as apart:
            for row in rows:
                words = "INSERT INTO intake_inbox (source, message, content, record) VALUES (%s, %s, %s, %s) ON CONFLICT DO NOTHING"
                row.state = (
                    "new" if apart.execute(words, [batch.source, row.message, row.content, row.id]).rowcount else ""
                )
        fresh = [row for row in rows if row.state]
        if fresh:
            linger()
        rest[1].unchanged += len(rows) - len(fresh)
        return fresh

    accept.first_seen = first_seen


def announced_before_taken(accept: Any) -> None:
    """The records' events go out before the batch is taken: a kill between them announces what is then taken, and announced, again."""
    announce = accept.announce

    def early(applied: list[Any], faulty: list[Any], batch: Any, act: Any) -> None:
        with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as apart:
            for row in applied:
                apart.execute(
                    "INSERT INTO exchange_outbox (id, at, type, giver, thing, subject, classes, effect)"
                    " VALUES (%s, %s, 'record.accepted', %s, %s, %s, %s, %s)",
                    [new_id(act.at), act.at, batch.agency, row.id, row.subject, [row.record.kind], row.state],
                )
        if applied:
            linger()
        announce([], faulty, batch, act)

    from suar.vault.queries import new_id

    accept.announce = early


def main() -> int:
    from suar.site.running.ready import set_up

    set_up()
    from suar.intake.actions import accept

    {"seen_before_taken": seen_before_taken, "announced_before_taken": announced_before_taken}[sys.argv[1]](accept)
    from suar.site.cli import main as suar

    return suar(sys.argv[2:])


if __name__ == "__main__":
    sys.exit(main())
