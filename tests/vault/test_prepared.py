"""Statements planned once for each connection: right values, right errors, and none lost for good."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from suar.agencies.actions import Place, open_desk
from suar.vault.queries.prepared import KEPT, numbered, prepared, written
from tests.database import Copy

AT = datetime(2026, 11, 21, 5, tzinfo=UTC)
ONE = "SELECT %b::int4"


def test_values_have_numbers_and_one_that_stands_twice_has_one() -> None:
    assert numbered("a %b, %b %% 2") == (b"a $1, $2 % 2", ())
    assert numbered("%(x)b %(y)s %(x)b") == (b"$1 $2 $1", ("x", "y"))


@pytest.mark.django_db
def test_values_come_back_as_they_went() -> None:
    told = {
        "id": UUID(int=7),
        "ids": [UUID(int=1), UUID(int=2)],
        "at": AT,
        "text": "Sari % ünder",
        "raw": b"\0%b",
        "none": None,
    }
    words = "SELECT %(id)b, %(ids)b::uuid[], %(at)b, %(text)b, %(raw)b, %(none)b::text, %(id)b, 5 %% 3, ARRAY[]::text[]"
    [row] = prepared(words, told)
    assert row == (told["id"], told["ids"], AT, told["text"], told["raw"], None, told["id"], 2, [])
    assert [prepared("SELECT %b::text[]", [some]) for some in ([], ["a"], ["b", "c"])] == [
        [([],)],
        [(["a"],)],
        [(["b", "c"],)],
    ]


def test_outside_a_transaction_it_is_committed_and_inside_it_goes_with_it(cloned_database: Copy) -> None:
    kind = "INSERT INTO agencies_agency (code, name_id, name_en) VALUES (%b, '', '')"
    assert written(kind, ["uji-1"]) == 1
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        written(kind, ["uji-2"])
        raise ZeroDivisionError
    connection.close()
    assert prepared("SELECT code FROM agencies_agency WHERE code LIKE %b", ["uji-%"]) == [("uji-1",)]
    with transaction.atomic(), pytest.raises(IntegrityError), transaction.atomic():
        written(kind, ["uji-1"])
    assert prepared(ONE, [4]) == [(4,)]


def test_what_was_rolled_back_leaves_the_plans_and_what_took_them_away_costs_one_question(
    cloned_database: Copy,
) -> None:
    assert prepared(ONE, [1]) == [(1,)]
    held = getattr(connection.connection, KEPT)
    with transaction.atomic():
        prepared(ONE, [2])
        transaction.set_rollback(True)
    assert prepared(ONE, [3]) == [(3,)] and getattr(connection.connection, KEPT) is held and len(held.names) == 1
    with connection.cursor() as cursor:
        cursor.execute("DEALLOCATE ALL")
    with pytest.raises(DatabaseError):
        prepared(ONE, [4])
    assert prepared(ONE, [5]) == [(5,)]


def test_a_plan_made_before_a_row_came_finds_it(cloned_database: Copy) -> None:
    words = "SELECT office_id FROM agencies_desk WHERE code = %b"
    assert prepared(words, ["MEJA-UJI"]) == []
    place = Place(office="KANTOR-UJI", agency="imigrasi", desk="MEJA-UJI", office_name="Uji", zone="Asia/Jakarta", region="3171",
                  desk_name="Uji", kind="passport")  # fmt: skip
    with transaction.atomic():
        written(
            "INSERT INTO agencies_agency (code, name_id, name_en) VALUES (%b, '', '') ON CONFLICT DO NOTHING",
            ["imigrasi"],
        )
        open_desk(place)
    assert prepared(words, ["MEJA-UJI"]) == [("KANTOR-UJI",)]
