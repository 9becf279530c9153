"""A source is stopped by one person, believed no longer by two, and lifted by two; what it sends meanwhile is kept and not read."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.test import Client

from suar.agencies.access import DoorShut, as_hub
from suar.core.advice.sources import SourceHealth
from suar.core.errors import NotFound
from suar.intake.actions import accept
from suar.intake.actions.quarantine import Moved, SecondNeeded, Unfit, ask_lift, confirm, lift, stop
from suar.intake.queries.health import states
from suar.intake.queries.quarantine import acts_of, quarantine
from suar.policies.models import Version
from suar.site.auth import now, system_act
from suar.site.rebuilding import rebuild_due
from suar.site.sweep import sweep
from tests import cast, database
from tests.arrivals import send, speaks

MINUTE = timedelta(minutes=1)
#: Eko's colleague at the same office, and one in another.
FAJAR = cast.Seat("fajar", "Fajar Hidayat", "integration_engineer", "suar", "SIMPUL", "TEKNIS-2", "engineering")
INTAN = cast.Seat("intan", "Intan Permata", "integration_engineer", "suar", "SIMPUL-2", "TEKNIS-3", "engineering")
LETTERS = [{"id": "l-1", "who": "sari", **cast.SARI, "issued_on": "2026-11-01", "letter_no": "L/1", "status": "issued"}]


@pytest.fixture
def hub(cloned_database: database.Copy) -> None:
    cast.adopt()


@pytest.fixture
def stopped(hub: None) -> UUID:
    speaks("siskop2mi", "recommendation_letter", LETTERS)
    return stop("siskop2mi", "", now() - MINUTE, "kunci dicuri", act=cast.act(cast.EKO, at=now()))


def rows(words: str, *params: Any) -> list[tuple[Any, ...]]:
    with transaction.atomic(), connection.cursor() as cursor:
        as_hub()
        cursor.execute(words, list(params))
        return list(cursor.fetchall())


def batches() -> list[tuple[str, int]]:
    return rows("SELECT state, accepted + remarked FROM intake_batch ORDER BY id")


def test_what_a_stopped_source_sends_is_kept_whole_and_not_read_until_two_persons_lift_it(stopped: UUID) -> None:
    send("siskop2mi", LETTERS, at=now())
    assert batches() == [("quarantined", 0)]
    assert rows("SELECT count(*) FROM intake_piece") == [(1,)]
    assert not rows("SELECT 1 FROM intake_record") and not rows("SELECT 1 FROM persons_subject")
    ask_lift(stopped, "kunci baru", act=cast.act(cast.EKO, at=now()))
    lift(stopped, act=cast.act(cast.HENDRA, at=now()))
    assert batches() == [("kept", 0)]
    sweep(act=system_act("tests"), left=timedelta(0))
    assert batches() == [("projected", 1)]


def test_other_sources_are_read_on(stopped: UUID) -> None:
    speaks("disnaker", "recommendation_letter", LETTERS)
    send("disnaker", LETTERS, at=now())
    assert batches() == [("projected", 1)]


def test_a_batch_that_came_before_the_instant_is_read(hub: None) -> None:
    speaks("siskop2mi", "recommendation_letter", LETTERS)
    stop("siskop2mi", "", now() - MINUTE, "kunci dicuri", act=cast.act(cast.EKO, at=now()))
    send("siskop2mi", LETTERS, at=now() - 2 * MINUTE)
    assert batches() == [("projected", 1)]


@pytest.mark.parametrize("seat", [cast.EKO, FAJAR], ids=["himself", "his office"])
def test_the_second_person_is_another_one_of_another_office(stopped: UUID, seat: cast.Seat) -> None:
    with pytest.raises(SecondNeeded):
        confirm(stopped, act=cast.act(seat, at=now()))
    assert (one := quarantine(stopped)) and one.state == "stopped"
    confirm(stopped, act=cast.act(INTAN, at=now()))
    ask_lift(stopped, "kunci baru", act=cast.act(cast.EKO, at=now()))
    with pytest.raises(SecondNeeded):
        lift(stopped, act=cast.act(seat, at=now()))


def test_the_hub_itself_is_no_second_person_and_a_stop_at_its_terminal_is_confirmed_by_another_agency(
    hub: None,
) -> None:
    speaks("siskop2mi", "recommendation_letter", LETTERS)
    id_ = stop("siskop2mi", "", now() - MINUTE, "kunci dicuri", act=system_act("quarantine"))
    for act in (system_act("quarantine"), cast.act(cast.EKO, at=now())):
        with pytest.raises(SecondNeeded):
            confirm(id_, act=act)
    confirm(id_, act=cast.act(cast.HENDRA, at=now()))


def test_the_database_takes_no_second_word_of_the_same_person_or_office(stopped: UUID) -> None:
    first = acts_of([stopped])[stopped][0]
    for by, office in ((first.by, "DITJENIM"), (uuid4(), first.office), (uuid4(), "")):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO intake_quarantine_act (id, quarantine, verb, at, by, agency, office, reason, first_by, first_office)"
                " VALUES (%s, %s, 'confirmed', %s, %s, 'imigrasi', %s, '', %s, %s)",
                [uuid4(), stopped, now(), by, office, first.by, first.office],
            )


def test_a_request_to_lift_lapses_after_a_day_and_nobody_lifts_unasked(stopped: UUID) -> None:
    with pytest.raises(Moved):
        lift(stopped, act=cast.act(cast.HENDRA, at=now()))
    ask_lift(stopped, "kunci baru", act=cast.act(cast.EKO, at=now()))
    with pytest.raises(Moved):
        lift(stopped, act=cast.act(cast.HENDRA, at=now() + timedelta(hours=24, minutes=1)))
    lift(stopped, act=cast.act(cast.HENDRA, at=now()))


def test_what_cannot_be_is_refused(stopped: UUID) -> None:
    eko = cast.act(cast.EKO, at=now())
    for source, since, reason, refusal in (
        ("siskop2mi", now() - MINUTE, "lagi", Moved),
        ("nowhere", now() - MINUTE, "x", NotFound),
        ("polri", now() + MINUTE, "x", Unfit),
        ("polri", now() - MINUTE, "  ", Unfit),
    ):
        with pytest.raises(refusal):
            stop(source, "", since, reason, act=eko)
    with pytest.raises(DoorShut):
        stop("polri", "", now() - MINUTE, "x", act=cast.act(cast.ARIF, at=now()))
    assert len(rows("SELECT 1 FROM intake_quarantine")) == 1


def test_each_act_leaves_one_trace_and_one_event(stopped: UUID) -> None:
    confirm(stopped, act=cast.act(cast.HENDRA, at=now()))
    told = rows("SELECT giver, effect FROM exchange_outbox WHERE type = 'source.quarantined' ORDER BY id")
    assert told == [("kp2mi", "stopped"), ("kp2mi", "confirmed")]
    assert [one.verb for one in acts_of([stopped])[stopped]] == ["stopped", "confirmed"]
    audited = rows("SELECT count(*) FROM audit_entry WHERE what = 'source.quarantined'")
    assert audited == [(2,)]


def test_the_state_of_the_source_says_since_when_and_is_no_no(hub: None) -> None:
    speaks("siskop2mi", "recommendation_letter", LETTERS)
    send("siskop2mi", LETTERS, at=now())
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO intake_source (source, stream, tried_at, ok_at, newest_at) VALUES ('siskop2mi', 'rows', %s, %s, %s)",
            [now(), now(), now()],
        )
    assert state_of("siskop2mi").state is SourceHealth.FRESH
    since = now() - timedelta(hours=3)
    stop("siskop2mi", "", since, "kunci dicuri", act=cast.act(cast.EKO, at=now()))
    state = state_of("siskop2mi")
    assert (state.state, state.since, state.quarantined, state.could_know) == (
        SourceHealth.UNREACHABLE,
        since,
        True,
        False,
    )
    assert state.as_of == since


def state_of(source: str) -> Any:
    with transaction.atomic():
        return next(one for one in states(now(), region="5202") if one.source == source)


# The rows behind the numbers --------------------------------------------------------------------------------------------------------


def letters(count: int) -> list[dict[str, Any]]:
    return [LETTERS[0] | {"id": f"l-{number}", "letter_no": f"L/{number}"} for number in range(count)]


def numbers_of(page: str) -> dict[str, tuple[str, int]]:
    """Each number of a quarantine's page: where it leads, and what it is."""
    led = re.findall(r'href="(/quarantines/[^"]+/rows/(\w+)/)">([\d.,]+)</a>', page)
    return {count: (where, int(re.sub(r"\D", "", number))) for where, count, number in led}


def paged(client: Client, where: str) -> list[str]:
    """The rows of all pages of a list, as the links on them lead on."""
    rows: list[str] = []
    while where:
        page = client.get(where).content.decode()
        rows += re.findall(r"<tr><th scope=\"row\".*?</tr>", page)
        onward = re.search(r'href="([^"]+)" data-next', page)
        where = onward.group(1) if onward else ""
    return rows


@pytest.fixture
def held(hub: None) -> UUID:
    """120 letters in one batch, one batch more; then a stop, and a batch that is kept unread."""
    speaks("siskop2mi", "recommendation_letter", LETTERS)
    since = now()
    send("siskop2mi", letters(120), at=now())
    send("siskop2mi", letters(121)[120:], at=now())
    made = stop("siskop2mi", "", since, "kunci dicuri", act=cast.act(cast.EKO, at=now()))
    send("siskop2mi", letters(122)[121:], at=now())
    return made


def test_each_number_leads_to_its_rows_page_by_page(held: UUID) -> None:
    cast.agree("kp2mi", "suar", ["operations"])
    client = cast.browser(cast.EKO)
    numbers = numbers_of(client.get(f"/quarantines/{held}/").content.decode())
    assert {count: number for count, (_, number) in numbers.items()} == {"unread": 1, "read": 2, "records": 121}
    for count, (where, number) in numbers.items():
        assert len(paged(client, where)) == number, count
    assert len(rows("SELECT 1 FROM audit_entry WHERE what = 'quarantine.listed'")) == 5, "two batch lists, three pages"


def test_rows_name_nobody_and_of_agencies_that_this_desk_may_not_read_there_are_none(held: UUID) -> None:
    client = cast.browser(cast.EKO)
    shut = client.get(f"/quarantines/{held}/rows/records/").content.decode()
    assert "tidak ada perjanjian" in shut
    cast.agree("kp2mi", "suar", ["operations"])
    shown = client.get(f"/quarantines/{held}/rows/records/").content.decode()
    assert shown.count('data-label="Baris"') == 50
    for value in (*(str(value) for value in cast.SARI.values()), "L/119"):
        assert len(value) < 5 or value not in shown, "a code of one letter stands in every page"


def test_an_empty_list_says_so_in_both_languages(stopped: UUID) -> None:
    client = cast.browser(cast.EKO)
    for count in ("unread", "read", "records"):
        assert "Tidak ada baris" in client.get(f"/quarantines/{stopped}/rows/{count}/").content.decode()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    assert "Since then there was no such sending." in client.get(f"/quarantines/{stopped}/rows/read/").content.decode()


def test_nobody_else_reads_the_rows_and_there_are_no_other_lists(held: UUID) -> None:
    assert cast.browser(cast.ARIF).get(f"/quarantines/{held}/rows/read/").status_code == 403
    client = cast.browser(cast.EKO)
    for where in (f"{held}/rows/sent/", f"{uuid4()}/rows/read/", f"{held}/rows/read/?after=x"):
        assert client.get(f"/quarantines/{where}").status_code == 404, where


# Pushes ------------------------------------------------------------------------------------------------------------------------------

WORDS = {
    "id_header": "X-Id",
    "timestamp_header": "X-Time",
    "signature_header": "X-Sign",
    "secret": "push_secret",
    "prefix": "v1=",
}


@pytest.fixture
def pushing(hub: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    speaks("siskop2mi", "recommendation_letter", LETTERS)
    spoken = Version.objects.get(name="sources/siskop2mi", in_force_from=cast.NOON)
    spoken.content["reach"]["push"] = WORDS
    Version.objects.create(
        id=uuid4(), name="sources/siskop2mi", sha256=uuid4().hex * 2, content=spoken.content, in_force_from=cast.NOON + MINUTE,
        adopted_by=uuid4(), reason="tests",
    )  # fmt: skip
    monkeypatch.setattr(settings, "HOME", tmp_path)
    secret("old-secret")
    yield


def secret(text: str) -> None:
    Path(settings.HOME, "sources.json").write_text(json.dumps({"siskop2mi": {"push_secret": text}}))


def push(number: str, signed_with: str, letters: list[dict[str, Any]]) -> dict[str, Any]:
    body = json.dumps({"rows": [{"version": "1"} | letter for letter in letters]})
    at = str(int(now().timestamp()))
    sign = hmac.new(signed_with.encode(), f"{number}.{at}.{body}".encode(), hashlib.sha256).hexdigest()
    told = {"X-Id": number, "X-Time": at, "X-Sign": f"v1={sign}"}
    answer = Client().post("/api/v1/push/siskop2mi/rows", body, content_type="application/json", headers=told)
    assert answer.status_code == 202, answer.content
    return dict(answer.json())


def read_all() -> None:
    sweep(act=system_act("tests"), left=timedelta(0))


def test_a_machine_is_told_that_what_it_sends_is_kept_and_not_read(pushing: None) -> None:
    assert push("d-1", "old-secret", LETTERS) | {"batches": 1} == {"batches": 1, "state": "kept", "since": ""}
    since = now()
    stop("siskop2mi", "", since, "kunci dicuri", act=cast.act(cast.EKO, at=now()))
    answer = push("d-2", "old-secret", [LETTERS[0] | {"id": "l-2"}])
    assert (answer["state"], datetime.fromisoformat(answer["since"])) == ("quarantined", since)
    assert push("d-2", "old-secret", [LETTERS[0] | {"id": "l-2"}]) == answer, "the same delivery has the same receipt"
    read_all()
    assert [state for state, _ in batches()] == ["projected", "quarantined"]


def test_a_key_is_stopped_by_itself_and_what_the_new_key_says_stands_though_the_old_one_said_otherwise(
    pushing: None,
) -> None:
    """The thief's message under an id of the owner's does not keep the owner's own out."""
    since = now()
    forged, true = LETTERS[0] | {"letter_no": "FORGED"}, LETTERS[0] | {"letter_no": "TRUE"}
    push("d-1", "old-secret", [forged])
    read_all()
    [(old,)] = rows("SELECT DISTINCT key FROM intake_batch")
    assert old and "old-secret" not in old
    id_ = stop("siskop2mi", old, since, "kunci dicuri", act=cast.act(cast.EKO, at=now()))
    confirm(id_, act=cast.act(cast.HENDRA, at=now()))
    assert rebuild_due(act=system_act("tests"))
    assert not rows("SELECT 1 FROM persons_subject")
    assert push("d-2", "old-secret", [forged | {"id": "l-9"}])["state"] == "quarantined"
    secret("new-secret")
    assert push("d-3", "new-secret", [true])["state"] == "kept"
    read_all()
    assert rows("SELECT count(*) FROM intake_record") == [(2,)]
    assert rows(
        "SELECT count(*) FROM journeys_step WHERE record = (SELECT max(id::text)::uuid FROM intake_record)"
    ) == [(1,)]


def unversioned() -> None:
    """From now on the source's rows say no version of their own."""
    spoken = Version.objects.get(name="sources/siskop2mi", in_force_from=cast.NOON + MINUTE)
    del spoken.content["kinds"]["rows"]["version"]
    spoken.content["kinds"]["rows"]["ignore"] = ["version"]
    Version.objects.create(
        id=uuid4(), name="sources/siskop2mi", sha256=uuid4().hex * 2, content=spoken.content, in_force_from=cast.NOON + 2 * MINUTE,
        adopted_by=uuid4(), reason="tests",
    )  # fmt: skip


def left_of_a_repeated_letter() -> int:
    """How many steps are left of what a stolen key said, and the owner's new key word for word after it, without the stolen one."""
    since = now()
    push("d-1", "old-secret", LETTERS)
    read_all()
    [(old,)] = rows("SELECT DISTINCT key FROM intake_batch")
    secret("new-secret")
    push("d-2", "new-secret", LETTERS)
    read_all()
    assert rows("SELECT count(*) FROM intake_record") == [(1,)]
    id_ = stop("siskop2mi", old, since, "kunci dicuri", act=cast.act(cast.EKO, at=now()))
    confirm(id_, act=cast.act(cast.HENDRA, at=now()))
    assert rebuild_due(act=system_act("tests"))
    return int(rows("SELECT count(*) FROM journeys_step")[0][0])


def test_what_a_good_key_repeated_stands_in_a_source_without_versions_as_well(pushing: None) -> None:
    unversioned()
    assert left_of_a_repeated_letter() == 1


def test_the_twin_that_does_not_note_who_repeated_it_under_another_date_loses_it(
    pushing: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    unversioned()
    monkeypatch.setattr(accept, "note_by_ident", lambda *_: None)
    assert left_of_a_repeated_letter() == 0


def test_a_source_that_sends_by_one_way_notes_nothing_of_what_it_repeats(hub: None) -> None:
    speaks("siskop2mi", "recommendation_letter", LETTERS)
    send("siskop2mi", LETTERS, at=now())
    send("siskop2mi", LETTERS, at=now())
    assert rows("SELECT unchanged FROM intake_batch ORDER BY id") == [(0,), (1,)]
    assert not rows("SELECT 1 FROM intake_repeated")
