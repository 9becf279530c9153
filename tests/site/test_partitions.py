"""Month partitions made ahead: rows find their month, the running role reaches none of them past the table, facts stay facts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from django.db import DatabaseError, connections, transaction

from suar.audit.actions import append
from suar.core.ledger import leaf
from suar.site.daily import daily
from suar.site.partitions import Month, make_ahead, months
from suar.vault.queries import new_id
from tests import cast
from tests.database import Copy

AT = datetime(2026, 11, 21, 5, 0, tzinfo=UTC)
HUB = (
    "audit_entry",
    "exchange_attempt",
    "exchange_outbox",
    "intake_piece",
    "intake_record",
    "intake_returned",
    "journeys_crossing",
    "screening_screening",
)
WALL = ("audit_entry", "intake_piece", "intake_record", "intake_returned")


def partitions(owner: str) -> set[str]:
    with connections[owner].cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relispartition AND relkind = 'r' AND relnamespace = current_schema()::regnamespace"
            " AND relname ~ '_[0-9]{4}_[0-9]{2}$'"
        )
        return {name for (name,) in cursor.fetchall()}


@pytest.mark.parametrize(
    ("at", "ahead", "expected"),
    [
        (AT, 3, [(2026, 11), (2026, 12), (2027, 1), (2027, 2)]),
        (datetime(2026, 12, 31, 23, 59, tzinfo=UTC), 1, [(2026, 12), (2027, 1)]),
        (datetime(2027, 1, 1, 6, 0, tzinfo=ZoneInfo("Asia/Jakarta")), 0, [(2026, 12)]),  # still the year before in UTC
    ],
)
def test_the_months_ahead_go_over_the_turn_of_the_year(
    at: datetime, ahead: int, expected: list[tuple[int, int]]
) -> None:
    assert [(month.year, month.month) for month in months(at, ahead)] == expected


@pytest.mark.parametrize("month", [Month(2026, 11), Month(2026, 12), Month(2028, 2)])
def test_an_id_made_in_a_month_lies_between_the_bounds_of_that_month(month: Month) -> None:
    first = datetime(month.year, month.month, 1, tzinfo=UTC)
    following = datetime(month.next.year, month.next.month, 1, tzinfo=UTC)
    for at in (first, first + timedelta(days=13), following - timedelta(milliseconds=1)):
        assert month.first_id <= new_id(at) < month.next.first_id, at
    assert new_id(first - timedelta(milliseconds=1)) < month.first_id
    assert not month.first_id <= new_id(following) < month.next.first_id


def test_partitions_are_made_in_both_schemas_once(cloned_database: Copy) -> None:
    made = make_ahead(AT, ahead=1)
    suffixes = ("2026_11", "2026_12")
    assert partitions("owner") == {f"{table}_{suffix}" for table in HUB for suffix in suffixes}
    assert partitions("protection_owner") == {f"{table}_{suffix}" for table in WALL for suffix in suffixes}
    assert len(made) == 2 * (len(HUB) + len(WALL))
    assert make_ahead(AT, ahead=1) == []
    assert len(make_ahead(AT + timedelta(days=31), ahead=1)) == len(HUB) + len(WALL)


def where(entry: UUID) -> str:
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT tableoid::regclass::text FROM audit_entry WHERE id = %s", [entry])
        return str(cursor.fetchone()[0])


def noted(at: datetime) -> UUID:
    with transaction.atomic():
        return append("demo.prepared", cast.hub(at))


def test_rows_go_to_their_month_and_those_of_no_month_to_the_rest(cloned_database: Copy) -> None:
    make_ahead(AT, ahead=1)
    assert where(noted(AT)) == "audit_entry_2026_11"
    assert where(noted(datetime(2026, 12, 31, 23, 59, 59, 999_000, tzinfo=UTC))) == "audit_entry_2026_12"
    assert where(noted(datetime(2027, 1, 1, tzinfo=UTC))) == "audit_entry_rest"
    assert where(noted(datetime(2026, 10, 31, 23, 59, 59, 999_000, tzinfo=UTC))) == "audit_entry_rest"


def test_a_month_whose_rows_lie_in_the_rest_already_stays_there_and_the_others_are_made(cloned_database: Copy) -> None:
    early = noted(datetime(2027, 1, 5, tzinfo=UTC))
    made = make_ahead(AT, ahead=2)
    assert "audit_entry_2027_01" not in made and {"audit_entry_2026_12", "exchange_outbox_2027_01"} <= set(made)
    assert where(early) == where(noted(datetime(2027, 1, 6, tzinfo=UTC))) == "audit_entry_rest"


@pytest.mark.parametrize(
    "words", ["SELECT count(*) FROM {}", "INSERT INTO {} SELECT * FROM {}", "DELETE FROM {}", "TRUNCATE {}"]
)
def test_the_running_role_reaches_no_partition_past_its_table(cloned_database: Copy, words: str) -> None:
    make_ahead(AT, ahead=0)
    for alias, table in (("default", "intake_record_2026_11"), ("protection", "intake_record_2026_11")):
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic(using=alias):
            connections[alias].cursor().execute(words.format(table, table))


@pytest.mark.parametrize(
    "words",
    ["UPDATE audit_entry_2026_11 SET what = 'x'", "DELETE FROM audit_entry_2026_11", "TRUNCATE audit_entry_2026_11"],
)
def test_not_even_the_owner_changes_a_fact_in_its_month(cloned_database: Copy, words: str) -> None:
    make_ahead(AT, ahead=0)
    entry = noted(AT)
    with pytest.raises(DatabaseError, match="never changed or deleted"), transaction.atomic(using="owner"):
        connections["owner"].cursor().execute(words)
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT body, leaf FROM audit_entry WHERE id = %s", [entry])
        body, stored = cursor.fetchone()
    assert leaf(bytes(body)) == bytes(stored)


def test_what_is_done_daily_may_be_done_twice(cloned_database: Copy) -> None:
    cast.adopt()
    daily(act=cast.hub(AT))
    before = partitions("owner")
    daily(act=cast.hub(AT))
    assert partitions("owner") == before and "audit_entry_2027_02" in before
