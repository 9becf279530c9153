"""What a desk is told while a source is in quarantine: nothing of what it said since then is weighed, from the second person's word on, and
what it does not say is not taken for a no.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection, transaction

from suar.core.linking.decide import Ruling
from suar.intake.access.quarantines import quarantine_for
from suar.intake.actions.quarantine import confirm, stop
from suar.intake.queries import quarantine as queries
from suar.persons.actions.judge import Voice, judge
from suar.persons.queries import found as persons
from suar.registers import queries as registers
from suar.screening.access import answer_for
from suar.screening.actions.ask import screen
from suar.screening.actions.question import Asked
from suar.screening.jobs.touched import catch_up
from suar.site.auth import now, system_act
from suar.site.rebuilding import follow, rebuild_due
from suar.vault.queries import derived_id
from tests import cast, database
from tests.arrivals import send, speaks
from tests.screening.desk import rows

MINUTE = timedelta(minutes=1)


@pytest.fixture
def hub(cloned_database: database.Copy) -> None:
    cast.adopt()


def asked(purpose: str = "departure", seat: cast.Seat = cast.BIMA, declared: str = "tourism") -> dict[str, Any]:
    """What the desk is told about Sari now."""
    at, reference = now(), f"K-{uuid4().hex[:6]}"
    question = Asked(
        purpose=purpose, desk=seat.desk, lane="", officer="", reference=reference, traveller=cast.SARI,
        journey={"destination": "MYS", "declared_purpose": declared},
    )  # fmt: skip
    act = cast.act(seat, at=at, reference=reference)
    return answer_for(act, screen(question, act=act, client="tests", key="", elapsed_ms=lambda: 1))


def stopped(source: str, *, minutes: int = 10) -> UUID:
    return stop(source, "", now() - minutes * MINUTE, "kunci dicuri", act=cast.act(cast.EKO, at=now()))


def confirmed(source: str) -> UUID:
    id_ = stopped(source)
    confirm(id_, act=cast.act(cast.HENDRA, at=now()))
    return id_


@pytest.fixture
def banned(hub: None) -> None:
    """SIMKIM's key is stolen, and with it Sari is put on the list."""
    ban_now()
    assert asked()["advice"] == "hold"


LETTER = {"id": "l-1", "who": "sari", **cast.SARI, "issued_on": "2026-11-01", "letter_no": "L/1", "status": "issued"}


def known() -> dict[str, str]:
    """Sari on SIMKIM's list."""
    first = now().date() - timedelta(days=1)
    told = ("full_name", "nik", "sex", "birth_date", "birth_place", "passport_no")
    return {
        **{name: cast.SARI[name] for name in told}, "decision_no": "IMI-1", "requester": "kejaksaan", "legal_basis": "UU 6/2011 Ps 91",
        "valid_from": first.isoformat(), "valid_to": (first + timedelta(days=150)).isoformat(), "status": "in_force",
    }  # fmt: skip


def ban_now() -> None:
    row = {"id": "c-1", "who": "sari", **known()}
    speaks("simkim", "exit_ban", [row])
    send("simkim", [row], at=now())


def test_one_person_alone_frees_nobody_and_from_the_second_word_on_nothing_is_weighed(banned: None) -> None:
    id_ = stopped("simkim")
    assert asked()["advice"] == "hold", "what is known is not taken away by one person"
    confirm(id_, act=cast.act(cast.HENDRA, at=now()))
    between = asked()
    assert between["advice"] != "hold" and not between["matches"]
    assert rows("SELECT count(*) FROM registers_entry") == [(1,)], "the state is not rebuilt yet"
    assert rebuild_due(act=system_act("tests"))
    assert rows("SELECT count(*) FROM registers_entry") == [(0,)]
    after = asked()
    assert (after["advice"], after["reasons"]) == (between["advice"], between["reasons"])


def test_the_twin_that_weighs_until_the_state_is_rebuilt_is_found_out(
    banned: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nobody(ids: Collection[UUID], *, wall: str = "default") -> set[UUID]:
        return set()

    monkeypatch.setattr(persons, "doubted_among", nobody)
    monkeypatch.setattr(registers, "doubted_among", nobody)
    confirmed("simkim")
    assert asked()["advice"] == "hold"


def test_what_it_said_before_holds_again_once_the_state_is_rebuilt(hub: None) -> None:
    ban_now()
    since = now()
    lifted = {"id": "c-1", "who": "sari", "version": "2", "gone": "yes", **known()}
    speaks("simkim", "exit_ban", [lifted], at=now())
    send("simkim", [lifted], at=now())
    assert asked()["advice"] != "hold", "the thief took her off the list"
    id_ = stop("simkim", "", since, "kunci dicuri", act=cast.act(cast.EKO, at=now()))
    confirm(id_, act=cast.act(cast.HENDRA, at=now()))
    assert rebuild_due(act=system_act("tests"))
    assert asked()["advice"] == "hold"


def test_who_waits_for_a_decision_is_asked_about_again(banned: None) -> None:
    first = UUID(str(asked()["id"]))
    id_ = confirmed("simkim")
    follow(id_, act=system_act("tests"))
    catch_up(act=system_act("tests"))
    assert (first,) in rows("SELECT screening FROM screening_again WHERE because = 'person'")


def test_what_a_quarantined_source_does_not_say_is_unknown_and_never_a_no(hub: None) -> None:
    """Sari goes to work abroad; no letter of hers is known."""
    speaks("disnaker", "recommendation_letter", [LETTER])
    with connection.cursor() as cursor:
        for source, stream in (("disnaker", "rows"), ("siskop2mi", "penempatan")):
            cursor.execute(
                "INSERT INTO intake_source (source, stream, tried_at, ok_at, newest_at) VALUES (%s, %s, %s, %s, %s)",
                [source, stream, now(), now(), now()],
            )
    code = "recommendation_missing"
    before = asked("passport_application", cast.AYU, "work")
    assert f"indicator.{code}" in {one["code"] for one in before["reasons"]}
    stopped("disnaker")
    during = asked("passport_application", cast.AYU, "work")
    assert f"indicator.{code}" not in {one["code"] for one in during["reasons"]}
    assert code in {one["code"] for one in during["unknown"]}
    [state] = [one for one in during["sources"] if one["source"] == "disnaker"]
    assert (state["state"], state["quarantined"]) == ("unreachable", True) and state["since"]


def test_rulings_that_lean_on_it_are_put_before_the_reviewers_and_listed_without_a_person(hub: None) -> None:
    """Somebody ruled that SIMKIM's Sari and KP2MI's are one; she was told of again by the stolen key."""
    told = {
        "id": "a-1",
        "who": "sari",
        **cast.SARI,
        "status": "submitted",
        "application_no": "A-1",
        "submitted_at": "2026-11-01T03:00:00+00:00",
    }
    speaks("simkim", "passport_application", [told])
    send("simkim", [told], at=now() - timedelta(hours=2))
    speaks("disnaker", "recommendation_letter", [LETTER])
    send("disnaker", [LETTER], at=now() - timedelta(hours=2))
    send("simkim", [told | {"version": "2", "full_name": "Rina Puspita"}], at=now())
    pair = (derived_id("simkim", "sari"), derived_id("disnaker", "sari"))
    with transaction.atomic():
        judge(
            [pair], Ruling.JOINED, reason="reviewed", first=Voice(by=uuid4(), desk="TINJAU-1", agency="suar"), second=None, evidence=[None],
            round_=None, needs_two=False, act=system_act("tests"),
        )  # fmt: skip
    id_ = confirmed("simkim")
    listed = quarantine_for(cast.act(cast.EKO, at=now()), id_)["leaning"]
    assert [(row["kind"], row["agency"]) for row in listed] == [("ruling", "suar")]
    assert set(listed[0]) == {"kind", "agency", "at"}
    assert rebuild_due(act=system_act("tests"))
    assert rows("SELECT a, b, because FROM persons_review WHERE asked_at IS NOT NULL") == [
        (*sorted(pair), "quarantined")
    ]
    assert queries.waiting() == []
