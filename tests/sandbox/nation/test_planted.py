"""The named people of demos and tests are there, and are what the list says of them."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from sandbox.nation import Nation
from sandbox.nation.model import ExitBan, Happening, PassportApplication, RecommendationLetter, Registration
from sandbox.nation.places import Places

NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def nation() -> Nation:
    return Nation(41, 1_200, NOW)


def of(nation: Nation, code: str) -> list[Happening]:
    person = nation.planted[code].person
    return [h for h in nation.happenings_until(NOW) if getattr(h.of, "person", None) is person]


def test_three_cases_of_each_modus_are_reachable_by_name_and_nik(nation: Nation) -> None:
    for modus in range(1, 13):
        for number in (1, 2, 3):
            person = nation.planted[f"M{modus:02d}-{number}"].person
            rows = nation.registry(person.nik)
            assert [row.person_id for row in rows] == [person.id]
            assert of(nation, f"M{modus:02d}-{number}")


def test_six_systems_know_sari_and_the_register_has_another_birth_date(nation: Nation) -> None:
    sari = nation.planted["sari"].person
    kinds = {h.kind.split(".")[0] for h in of(nation, "sari")}
    assert {"passport_application", "registration", "letter", "placement", "self_report", "panic_call"} <= kinds
    (registration,) = {h.of.through for h in of(nation, "sari") if isinstance(h.of, Registration)}
    assert registration == "siapkerja"
    (row,) = nation.registry(sari.nik)
    assert row.birth_date != sari.birth_date
    waiting = [h.of for h in of(nation, "sari") if isinstance(h.of, PassportApplication)][-1]
    assert waiting.status == "submitted"


def test_two_people_share_a_nik(nation: Nation) -> None:
    first, second = nation.planted["shared-nik-1"].person, nation.planted["shared-nik-2"].person
    assert first.id != second.id
    assert {row.person_id for row in nation.registry(first.nik)} == {first.id, second.id}


def test_somebody_applies_under_the_nik_of_a_dead_man(nation: Nation) -> None:
    dead, user = nation.planted["deceased"].person, nation.planted["deceased-user"].person
    assert [row.status for row in nation.registry(dead.nik)] == ["deceased"]
    (last,) = [h.of for h in of(nation, "deceased-user") if h.kind == "passport_application.submitted"]
    assert isinstance(last, PassportApplication)
    assert (last.stated.nik, last.person.id, last.stated.full_name) == (dead.nik, user.id, user.full_name)


def test_a_ban_is_in_force_one_has_lapsed_and_one_knows_an_age_only(nation: Nation) -> None:
    def last(code: str) -> ExitBan:
        return [h.of for h in of(nation, code) if isinstance(h.of, ExitBan)][-1]

    today = NOW.date()
    assert last("ban-in-force").status == "in_force"
    assert last("ban-in-force").from_on <= today <= last("ban-in-force").until_on
    assert last("ban-lapsed").status == "lapsed"
    assert last("ban-lapsed").until_on < today
    assert last("ban-age-only").birth.startswith("~")
    assert not last("ban-age-only").nik


def test_the_banned_man_has_namesakes_of_other_niks(nation: Nation) -> None:
    banned, *others = (nation.planted[code].person for code in ("ban-in-force", "ban-namesake-1", "ban-namesake-2"))
    assert {other.full_name for other in others} == {banned.full_name}
    assert len({banned.nik, *(other.nik for other in others)}) == 3
    for code in ("ban-namesake-1", "ban-namesake-2"):
        assert not [h for h in of(nation, code) if isinstance(h.of, ExitBan)]


def test_a_worker_waits_whose_disnaker_is_not_connected(nation: Nation) -> None:
    happenings = of(nation, "not-covered")
    letters = [h.of for h in happenings if isinstance(h.of, RecommendationLetter)]
    assert len(letters) == 1
    assert letters[0].on_paper
    assert not Places().disnaker_connected(letters[0].disnaker)
    assert happenings[-1].kind == "passport_application.submitted"


def test_a_minor_was_made_adult_on_paper(nation: Nation) -> None:
    (life,) = [life for life in nation.lives if life.planted == "M09-1"]
    (row,) = nation.registry(life.person.nik)
    applied = life.applied_at.date()
    assert row.earlier_birth_date is not None
    assert row.birth_date < row.earlier_birth_date
    assert age(row.birth_date, applied) >= 18 > age(row.earlier_birth_date, applied)


def age(born: date, on: date) -> int:
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))
