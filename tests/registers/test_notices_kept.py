"""What was made and sent stays: two hands at once, and raw SQL, in a database where commits are real."""

from __future__ import annotations

import threading
from uuid import UUID

import pytest
from django.db import DatabaseError, connections, transaction

from suar.agencies.access import as_hub
from suar.registers.actions.make_notice import make_notice
from suar.registers.actions.note_sent import note_sent
from tests import cast
from tests.database import Copy
from tests.registers.entries import ban
from tests.registers.test_notices import ORIGIN, intan, made


def test_of_two_who_make_it_at_once_both_get_the_same(cloned_database: Copy) -> None:
    cast.adopt()
    entry, act, found = ban(), intan(), list[UUID]()

    def at_once() -> None:
        found.append(make_notice(entry, "person", origin=ORIGIN, act=act))
        connections.close_all()

    both = [threading.Thread(target=at_once) for _ in range(4)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert len(found) == 4 and len(set(found)) == 1


RAW = [
    "UPDATE registers_notice SET due_at = due_at + interval '1 day'",
    "DELETE FROM registers_notice",
    "UPDATE registers_notice_sent SET at = at - interval '30 days'",
    "DELETE FROM registers_notice_sent",
    "UPDATE registers_notice_paper SET sealed = ''",
    "TRUNCATE registers_notice_sent",
]


@pytest.mark.parametrize("sql", RAW)
@pytest.mark.parametrize("alias", ["default", "owner"])
def test_what_was_made_and_sent_is_never_changed_also_not_by_raw_sql(
    cloned_database: Copy, sql: str, alias: str
) -> None:
    cast.adopt()
    found = made(ban())
    note_sent(found.id, "hand", "", act=intan())
    with pytest.raises(DatabaseError), transaction.atomic(using=alias), connections[alias].cursor() as cursor:
        as_hub(wall=alias)
        cursor.execute(sql)
