"""Rows stand in the order that was meant, and no more are taken than were meant: what two queries that lost or took events were blind to."""

from __future__ import annotations

import ast
import re

import pytest
from django.db import connection, transaction

from tests.house import rules
from tests.house.sql import ordered_by_a_cast, statements

FEED = "suar/exchange/queries/feed.py"


def in_module(text: str) -> list[tuple[int, str]]:
    return [(line, name) for line, sql in statements(ast.parse(text)) for name in sorted(ordered_by_a_cast(sql))]


def test_no_query_of_the_house_orders_by_the_cast_of_the_column_that_it_means() -> None:
    found = [
        f"suar/{rules.place(path)}:{line}: ORDER BY {name} takes its cast"
        for path in rules.files()
        for line, name in in_module(path.read_text())
    ]
    assert not found, "\n".join(found)


def test_the_statements_of_the_house_are_really_read() -> None:
    """A reader that finds no SQL would find no fault in it."""
    read = [sql for path in rules.files() for _, sql in statements(ast.parse(path.read_text()))]
    assert len(read) > 300 and sum("ORDER BY" in sql for sql in read) > 60
    assert any("::text" in sql and "ORDER BY o.xid" in sql for sql in read)


def test_the_twin_of_the_query_that_lost_events_is_found() -> None:
    """The planted bug in its own place: the feed orders by the bare name again."""
    text = (rules.ROOT / FEED).read_text()
    assert in_module(text) == []
    planted = text.replace("ORDER BY o.xid, o.id", "ORDER BY xid, id")
    assert planted != text and "xid" in {name for _, name in in_module(planted)}


PLANTED = {
    "plain": "Q = 'SELECT xid::text, id FROM t WHERE id > %s ORDER BY xid, id LIMIT 5'",
    "of a table": "Q = 'SELECT o.xid::text, o.id FROM t AS o ORDER BY xid'",
    "downwards": "Q = 'SELECT id, at::date FROM t ORDER BY id, at DESC NULLS LAST'",
    "as its own name": "Q = 'SELECT number::text AS number FROM t ORDER BY number'",
    "written out": "Q = 'SELECT CAST(o.number AS text) FROM t o ORDER BY number'",
    "in pieces": "HEAD = 'SELECT xid::text FROM t'\nQ = HEAD + ' WHERE id > %s' + ' ORDER BY xid'",
    "in braces": "HEAD = 'xid::text, id'\ndef f(where):\n    return f'SELECT {HEAD} FROM t WHERE {where} ORDER BY xid, id'",
    "inside another": "Q = 'SELECT * FROM (SELECT xid::text FROM t ORDER BY xid LIMIT 9) AS newest'",
    "behind another": "Q = 'SELECT (SELECT max(id) FROM u), xid::text FROM t ORDER BY xid'",
    "lower case": "Q = 'select xid::text from t order by xid'",
}


@pytest.mark.parametrize("how", PLANTED)
def test_it_is_found_however_it_is_written(how: str) -> None:
    assert len(in_module(PLANTED[how])) == 1


HONEST = {
    "the column": "Q = 'SELECT o.xid::text FROM t o ORDER BY o.xid'",
    "another name": "Q = 'SELECT xid::text AS written FROM t ORDER BY xid'",
    "not cast": "Q = 'SELECT xid, note::text FROM t ORDER BY xid'",
    "a window": "Q = 'SELECT xid::text, row_number() OVER (ORDER BY xid) FROM t'",
    "an aggregate": "Q = 'SELECT array_agg(id ORDER BY xid) FROM (SELECT xid::text, id FROM t) AS told'",
    "in the condition": "Q = 'SELECT id FROM t WHERE xid::text = %s ORDER BY xid'",
    "another's": "Q = 'SELECT xid::text FROM t WHERE id IN (SELECT id FROM u ORDER BY xid)'",
    "a word": "Q = \"SELECT note FROM t WHERE note = 'SELECT xid::text ORDER BY xid'\"",
}


@pytest.mark.parametrize("how", HONEST)
def test_what_says_what_it_means_is_left_alone(how: str) -> None:
    assert in_module(HONEST[how]) == []


@pytest.mark.django_db
def test_postgresql_does_take_the_cast() -> None:
    """What the rule rests on, asked of PostgreSQL itself."""
    with transaction.atomic(), connection.cursor() as cursor:
        told = {}
        for by in ("n", "t.n"):
            cursor.execute(f"SELECT n::text FROM (VALUES (9), (10)) AS t (n) ORDER BY {by}")
            told[by] = [row[0] for row in cursor.fetchall()]
    assert told == {"n": ["10", "9"], "t.n": ["9", "10"]}


#: A condition may be asked again for every row that it is put to, and each time SKIP LOCKED passes over what it took before: more than LIMIT in all.
TAKEN_BY_CONDITION = re.compile(
    r"\bIN\s*\(\s*SELECT\b(?:[^()]|\((?:[^()]|\([^()]*\))*\))*\bSKIP\s+LOCKED", re.IGNORECASE
)


def taken_by_condition(text: str) -> list[int]:
    return [line for line, sql in statements(ast.parse(text)) if TAKEN_BY_CONDITION.search(sql)]


def test_rows_that_are_taken_for_work_are_chosen_once() -> None:
    found = [
        f"suar/{rules.place(path)}:{line}: choose them in WITH … AS MATERIALIZED, and join it"
        for path in rules.files()
        for line in taken_by_condition(path.read_text())
    ]
    assert not found, "\n".join(found)


def test_the_twin_that_took_more_deliveries_than_may_be_under_way_is_found() -> None:
    planted = "Q = 'DELETE FROM t WHERE id IN (SELECT id FROM t WHERE a = (SELECT max(b) FROM u) LIMIT 3 FOR UPDATE SKIP LOCKED) RETURNING id'"
    chosen = "Q = 'WITH first AS MATERIALIZED (SELECT id FROM t LIMIT 3 FOR UPDATE SKIP LOCKED) DELETE FROM t USING first WHERE t.id = first.id'"
    assert taken_by_condition(planted) == [1] and taken_by_condition(chosen) == []
