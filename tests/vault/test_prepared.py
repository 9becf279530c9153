"""Statements planned once for each connection: right values, right errors, and none lost for good."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from threading import Thread
from uuid import UUID

import pytest
from django.db import DatabaseError, IntegrityError, OperationalError, connection, transaction
from psycopg.pq.abc import PGresult

from suar.agencies.actions import Place, open_desk
from suar.vault.queries.prepared import KEPT, Line, Sent, at_once, numbered, one_journey, prepared, put, written
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


AGENCY = "INSERT INTO agencies_agency (code, name_id, name_en) VALUES (%b, '', '')"
COUNTED = ("SELECT count(*) FROM agencies_agency WHERE code LIKE %b", ["uji-%"])


def journeys(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many statements went in each journey from now on."""
    gone: list[int] = []
    real = Line.send

    def counted(self: Line, sent: Sequence[Sent]) -> list[PGresult]:
        gone.append(len(self.waiting) + len(sent))
        return real(self, sent)

    monkeypatch.setattr(Line, "send", counted)
    return gone


def test_what_is_asked_at_once_goes_in_one_journey_and_is_answered_as_if_asked_alone(
    cloned_database: Copy, monkeypatch: pytest.MonkeyPatch
) -> None:
    many = [(ONE, [number]) for number in range(40)]
    alone = [prepared(*question) for question in many]
    gone = journeys(monkeypatch)
    with transaction.atomic():
        with at_once(*many, COUNTED):
            assert [prepared(*question) for question in reversed(many)] == list(reversed(alone))
            assert gone == [41]
            assert prepared(ONE, [7]) == [(7,)] and prepared(ONE, [77]) == [(77,)], (
                "asked a second time, and never ahead"
            )
            assert gone == [41, 1, 1]
        assert prepared(*COUNTED) == [(0,)] and gone[3:] == [1], "what nobody asked for by the end is dropped"


@pytest.mark.parametrize("by", [written, put])
def test_what_was_asked_ahead_of_a_write_is_asked_again_behind_it(
    cloned_database: Copy, by: Callable[..., object]
) -> None:
    with transaction.atomic(), at_once(COUNTED, (ONE, [1])):
        by(AGENCY, ["uji-1"])
        assert prepared(*COUNTED) == [(1,)]


def test_what_is_put_in_one_journey_is_there_in_order_before_whatever_is_asked_then(
    cloned_database: Copy, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = journeys(monkeypatch)
    with transaction.atomic():
        with one_journey():
            put(AGENCY, ["uji-1"])
            put("UPDATE agencies_agency SET name_id = 'Uji' WHERE code = %b", ["uji-1"])
            assert gone == []
            assert written("UPDATE agencies_agency SET name_en = name_id WHERE code = %b", ["uji-1"]) == 1
            assert gone == [3]
            put(AGENCY, ["uji-2"])
        assert gone == [3, 1]
        put(AGENCY, ["uji-3"])
        assert gone == [3, 1, 1], "outside the block it leaves at once"
    connection.close()
    assert prepared("SELECT code, name_en FROM agencies_agency WHERE code LIKE %b ORDER BY code", ["uji-%"]) == [
        ("uji-1", "Uji"), ("uji-2", ""), ("uji-3", ""),
    ]  # fmt: skip


def test_one_that_is_refused_takes_the_whole_journey_with_it_and_leaves_the_connection_well(
    cloned_database: Copy,
) -> None:
    with pytest.raises(IntegrityError), transaction.atomic(), one_journey():
        for code in ("uji-1", "uji-2", "uji-2", "uji-3"):
            put(AGENCY, [code])
    assert prepared(*COUNTED) == [(0,)]
    with pytest.raises(ZeroDivisionError), transaction.atomic(), one_journey():
        put(AGENCY, ["uji-1"])
        raise ZeroDivisionError
    assert prepared(*COUNTED) == [(0,)], "what waited was never sent"
    with pytest.raises(DatabaseError), at_once((ONE, [1]), ("SELECT 1 / %b::int4", [0]), (ONE, [2])):
        raise AssertionError("an answer that is none opens no block")
    assert prepared(ONE, [3]) == [(3,)]
    with pytest.raises(AssertionError), one_journey():
        raise KeyError("outside a transaction the block is not entered")


def end(server: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", [server])
    connection.close()


def test_a_connection_that_is_lost_under_way_is_said_to_be_lost(cloned_database: Copy) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        [server] = cursor.fetchone()
    thread = Thread(target=end, args=[server])
    thread.start()
    thread.join()
    with pytest.raises(OperationalError), at_once((ONE, [1]), (ONE, [2])):
        raise AssertionError("nobody answered")
    connection.close()
    assert prepared(ONE, [3]) == [(3,)]
