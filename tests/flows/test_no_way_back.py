"""From the signal to whoever complained there is no way: every role, every page, every number that it could know, and every row that leaves."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, connections, transaction
from django.test import Client
from django.urls import reverse

from suar.agencies.access import as_hub
from suar.exchange.queries import Row
from suar.exchange.queries.events import cloud_event
from suar.registers.actions import note_signal
from suar.registers.queries.native import acts_of
from suar.registers.queries.pending import one_pending
from suar.screening.access import answer_for
from suar.screening.actions import release
from suar.site.auth import now
from suar.vault.queries import PROTECTION
from tests import cast
from tests.house.test_doors import BLANKS, by_page, routes
from tests.registers.nominating import agreed
from tests.screening.complaining import (
    COMPLAINT,
    MINUTE,
    P3MI,
    at_the_passport_desk,
    codes,
    entry_of,
    proposed,
    secrets,
    told,
)

pytestmark = pytest.mark.django_db(databases=["default", "protection"])
#: Where a protection officer reads complaints; all else of hers is looked at like everybody's.
THE_DESKS_OWN = frozenset({"home", "complaints", "complaint"})
EVERYBODY = (*cast.SEATS, cast.MAYA, cast.GITA, cast.BAYU)


@dataclass(frozen=True, slots=True)
class Trail:
    """What somebody who sees the signal may hold in hands, and what must not be found from there."""

    numbers: tuple[UUID, ...]
    hidden: tuple[str, ...]


def let_out() -> Trail:
    """A complaint let out today, agreed to, and a reason at a desk; and a second one that still waits for a word."""
    complaint = told()
    record, subject = stated()
    at = now() - 10 * MINUTE
    request = proposed(complaint, at=at)
    assert agreed(request, at=at + MINUTE) == "acted"
    answer = at_the_passport_desk(at=at + 2 * MINUTE)
    assert "register.signal" in codes(answer)
    entry = entry_of(complaint)
    with transaction.atomic():
        as_hub()
        done = acts_of([entry])[entry][-1]
    seen = (request, entry, done.id, done.subject, UUID(answer["id"]))
    return Trail(seen, tuple(secrets([complaint, record, subject])))


def stated() -> tuple[UUID, UUID]:
    """The record of the complaint, and whom it is about."""
    with transaction.atomic(), connection.cursor() as cursor:
        as_hub()
        cursor.execute("SELECT id, subject FROM intake_record WHERE kind = 'complaint'")
        found: tuple[UUID, UUID] = cursor.fetchone()
    return found


def addresses(numbers: Sequence[UUID]) -> Iterator[tuple[str, str]]:
    """Every page that is read, with every number in the place of each of its own; and the places where a company is looked for."""
    paths = routes()
    for row in by_page():
        if row["method"] != "GET":
            continue
        wanted = re.findall("<([a-z]+):", paths[row["page"]])
        for number in numbers if "uuid" in wanted else numbers[:1]:
            told_ = [number if kind == "uuid" else BLANKS[kind] for kind in wanted]
            yield row["page"], reverse(row["page"], args=told_) + f"?reference={number}"
    for name in ("one_list", "search"):
        for typed in (P3MI, "+6281355500055", COMPLAINT["complaint_no"]):
            yield name, f"{reverse(name)}?reference=MLG-7&q={typed}"


def first(said: Iterable[bytes]) -> bytes:
    """Files whole; of a live tail what it begins with, since the rest is a minute of waiting for more of the same."""
    pieces = list[bytes]()
    for piece in said:
        pieces.append(piece)
        if piece.startswith(b"retry: "):
            break
    return b"".join(pieces)


def found_by(seat: cast.Seat, trail: Trail) -> list[tuple[str, str, str]]:
    """Of what must stay hidden, what this officer was shown, and on which page."""
    browser: Client = cast.browser(seat)
    browser.raise_request_exception = False
    shown = []
    for page, address in addresses(trail.numbers):
        if seat.role == "protection_officer" and page in THE_DESKS_OWN:
            continue
        answer = browser.get(address)
        body = first(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]
        text = body.decode("utf-8", "replace") + str(dict(answer.headers))
        shown += [(seat.role, page, word) for word in trail.hidden if word in text and word not in address]
    return shown


@pytest.fixture(autouse=True)
def policies(db: None) -> None:
    cast.adopt()
    for seat in EVERYBODY:
        cast.seated(seat)


# law: UU 21/2007 Ps 44
def test_no_role_finds_the_complainant_on_any_page_from_the_signal() -> None:
    trail = let_out()
    shown = [one for seat in EVERYBODY for one in found_by(seat, trail)]
    assert not shown


def test_the_second_person_saw_nothing_of_the_complainant_while_asked() -> None:
    trail = waiting()
    assert not [one for seat in (cast.SINTA, cast.BAYU) for one in found_by(seat, trail)]


def waiting() -> Trail:
    complaint = told()
    record, subject = stated()
    request = proposed(complaint, at=now() - 10 * MINUTE)
    return Trail((request, entry_of(complaint)), tuple(secrets([complaint, record, subject])))


def test_the_twin_that_keeps_the_complaints_record_as_evidence_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """The planted bug: the record's own id in the place of the release's, and nobody who checks what leaves."""
    monkeypatch.setattr(note_signal, "evidence_of", lambda freed: stated()[0])
    monkeypatch.setattr(release, "kept_back", lambda *told: [])
    trail = waiting()
    shown = [one for seat in (cast.SINTA, cast.BAYU) for one in found_by(seat, trail)]
    assert {(role, page) for role, page, _ in shown} == {("second_officer", "register_request")}


def test_the_check_refuses_that_evidence_where_it_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(note_signal, "evidence_of", lambda freed: stated()[0])
    complaint = told()
    with pytest.raises(release.NotFreed):
        proposed(complaint)


def test_an_agencys_machine_is_told_the_signal_and_nothing_of_the_complaint() -> None:
    trail = let_out()
    asked = cast.machine(purpose="passport_application", reference="MLG-7", at=now())
    text = str(answer_for(asked, trail.numbers[-1]))
    assert "register.signal" in text and not [word for word in trail.hidden if word in text]


def test_nothing_of_the_complaint_stands_in_the_rows_that_leave_nor_in_the_hubs_log_nor_in_a_job() -> None:
    trail = let_out()
    with transaction.atomic(), connection.cursor() as cursor:
        as_hub()
        cursor.execute(
            "SELECT xid::text, id, at, type, giver, thing, subject, classes, effect FROM exchange_outbox WHERE type LIKE 'register.%'"
        )
        rows = [Row(*row) for row in cursor.fetchall()]
        assert {row.type for row in rows} == {"register.requested", "register.ruled", "register.acted"}
        left = [
            str(cloud_event(row, agency)) + str(row)
            for row in rows
            for agency in ("imigrasi", "kp2mi", "polri", "kemlu")
        ]
        cursor.execute(
            "SELECT convert_from(body, 'UTF8') FROM audit_entry WHERE body LIKE '%%register.%%'::bytea OR body LIKE '%%screening.%%'::bytea"
        )
        left += [text for (text,) in cursor.fetchall()]
        cursor.execute("SELECT args::text FROM procrastinate_jobs")
        left += [text for (text,) in cursor.fetchall()]
        request = one_pending(trail.numbers[0])
        assert request
        left += [str(request.said), *(str(one.said) for one in acts_of([trail.numbers[1]])[trail.numbers[1]])]
    assert len(left) > 12 and not [(word, text) for text in left for word in trail.hidden if word in text]


def test_behind_the_wall_it_is_written_and_there_alone() -> None:
    trail = let_out()
    told_: dict[str, Any] = {}
    for alias in ("default", PROTECTION):
        with transaction.atomic(using=alias), connections[alias].cursor() as cursor:
            as_hub(wall=alias)
            cursor.execute("SELECT count(*) FROM registers_release WHERE entry = %s", [trail.numbers[1]])
            told_[alias] = cursor.fetchone()[0]
    assert told_ == {"default": 0, PROTECTION: 1}
