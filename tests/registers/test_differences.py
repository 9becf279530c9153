"""Both copies agree: planted differences between SIMKIM's list and ours are all found in one cycle, none that is not there, and gone after
mending.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.db import connections

from suar.core.registers.agreeing import KINDS
from suar.registers.jobs.differences import Came
from suar.site.auth import now
from suar.site.terminal import replaying
from suar.vault.queries import derived_id, token
from tests import cast
from tests.database import Copy
from tests.proving import Claim
from tests.registers.ban_lists import Ban, Simkim, as_the_hub, bans, confirmed, cycle, pull, simkim

Found = set[tuple[str, UUID]]


@pytest.fixture
def listed(cloned_database: Copy, tmp_path: Path) -> Iterator[Simkim]:
    cast.adopt()
    with simkim(tmp_path / "simkim") as it:
        yield it


def standing() -> Found:
    rows = as_the_hub("SELECT kind, entry FROM registers_difference WHERE cleared_at IS NULL")
    assert len(rows) == len(set(rows))
    return set(rows)


def as_owner(words: str, *params: Any) -> None:
    """As only whoever owns the database can: past the program, and past its rows' walls."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT set_config('suar.may_read', '*', false)")
        cursor.execute(words, params)
        assert cursor.rowcount == 1, words


# Planted in our copy ----------------------------------------------------------------------------------------------------------------


def we_lost_it(ban: Ban) -> UUID:
    as_owner("DELETE FROM registers_entry WHERE id = %s", ban.entry)
    return ban.entry


def we_have_one_more(ban: Ban) -> UUID:
    made = derived_id("entry", "simkim", "exit_ban", f"{ban.decision} again")
    as_owner(
        "INSERT INTO registers_entry SELECT %s, kind, subject, source, agency, record, authority, basis, %s, reason, state, in_force"
        " FROM registers_entry WHERE id = %s",
        made,
        token("decision", f"{ban.decision} again"),
        ban.entry,
    )
    return made


def ours_ends_otherwise(ban: Ban) -> UUID:
    as_owner(
        "UPDATE registers_entry SET in_force = tstzrange(lower(in_force), upper(in_force) - interval '3 days') WHERE id = %s",
        ban.entry,
    )
    return ban.entry


def ours_has_another_number(ban: Ban) -> UUID:
    as_owner("UPDATE registers_entry SET decision_no = %s WHERE id = %s", token("decision", "X-1"), ban.entry)
    return ban.entry


def ours_has_ended(ban: Ban) -> UUID:
    as_owner(
        "UPDATE registers_entry SET in_force = tstzrange(lower(in_force), lower(in_force) + interval '3 days') WHERE id = %s",
        ban.entry,
    )
    return ban.entry


def ours_is_on_another(ban: Ban) -> UUID:
    as_owner("UPDATE registers_entry SET subject = %s WHERE id = %s", derived_id("simkim", "another"), ban.entry)
    return ban.entry


# Planted in the owner's list: changed under a version that is known, so that the row goes back to him and our copy stays as it was ------


def they_have_an_unreadable_one(ban: Ban, it: Simkim) -> UUID:
    number = f"{ban.decision}-B"
    it.change(
        "INSERT INTO cegah SELECT NULL, ?, versi, dicatat, nama, alias, 'X', tempat_lahir, tgl_lahir, usia, nik, no_dokim, alamat,"
        " pekerjaan, alasan, peminta, jenis, '2026-01-01', '2026-01-01', '2027-01-01', dicabut FROM cegah WHERE nomor_sk = ?",
        number,
        ban.decision,
    )
    it.change("UPDATE cegah SET nama = '' WHERE nomor_sk = ?", number)
    return derived_id("entry", "simkim", "exit_ban", number)


def they_dropped_it(ban: Ban, it: Simkim) -> UUID:
    it.change("DELETE FROM cegah WHERE nomor_sk = ?", ban.decision)
    return ban.entry


def theirs_ends_otherwise(ban: Ban, it: Simkim) -> UUID:
    it.change("UPDATE cegah SET sampai = ? WHERE nomor_sk = ?", str(ban.ends - timedelta(days=5)), ban.decision)
    return ban.entry


def theirs_was_asked_for_by_another(ban: Ban, it: Simkim) -> UUID:
    it.change("UPDATE cegah SET peminta = 'KPK' WHERE nomor_sk = ?", ban.decision)
    return ban.entry


def theirs_is_lifted(ban: Ban, it: Simkim) -> UUID:
    it.change("UPDATE cegah SET dicabut = ? WHERE nomor_sk = ?", str(now().date() - timedelta(days=2)), ban.decision)
    return ban.entry


def theirs_names_another(ban: Ban, it: Simkim) -> UUID:
    it.change("UPDATE cegah SET nik = '9901015205908888' WHERE nomor_sk = ?", ban.decision)
    return ban.entry


OURS: tuple[Callable[[Ban], UUID], ...] = (
    we_lost_it, we_have_one_more, ours_ends_otherwise, ours_has_another_number, ours_has_ended, ours_is_on_another,
)  # fmt: skip
THEIRS: tuple[Callable[[Ban, Simkim], UUID], ...] = (
    they_have_an_unreadable_one, they_dropped_it, theirs_ends_otherwise, theirs_was_asked_for_by_another, theirs_is_lifted,
    theirs_names_another,
)  # fmt: skip


@pytest.mark.prove
def test_planted_differences_of_six_kinds_are_all_found_in_one_cycle_and_none_that_is_not_there(
    claim: Claim, listed: Simkim
) -> None:
    count = claim.number(small=24, large=50)
    all_of_them = bans(4 * count)
    listed.write(all_of_them)
    pull(listed)
    assert not standing() and len(confirmed()) == len(all_of_them)
    chosen = random.Random(claim.seed).sample(all_of_them, count)
    with listed.store() as store:
        honest = list(store.iterdump())
    planted: Found = set()
    for number, ban in enumerate(chosen):
        kind = number % len(KINDS)
        entry = OURS[kind](ban) if number % 4 < 2 else THEIRS[kind](ban, listed)
        planted.add((KINDS[kind], entry))
    assert len(planted) == count and {kind for kind, _ in planted} == set(KINDS)
    pull(listed)
    assert standing() == planted
    assert cycle() == Came(), "what stands is not found twice"

    with listed.store() as store:
        store.execute("DROP TABLE cegah")
        for line in honest:
            if "cegah" in line and not line.startswith("CREATE INDEX"):
                store.execute(line)
    pull(listed)
    assert replaying.replay(since="start", apply=True) == 0
    assert cycle().cleared + over() >= count and not standing()
    assert len(confirmed()) == len(all_of_them)


def over() -> int:
    return int(as_the_hub("SELECT count(*) FROM registers_difference WHERE cleared_at IS NOT NULL")[0][0])


def test_a_difference_has_an_owner_and_is_told_traced_and_sealed(listed: Simkim) -> None:
    first, second, *rest = bans(8)
    listed.write([first, second, *rest])
    pull(listed)
    theirs_names_another(first, listed)
    ours_ends_otherwise(second)
    pull(listed)
    found = as_the_hub("SELECT id, kind, agency, source, decision, detail FROM registers_difference ORDER BY kind")
    assert [(kind, agency, source, bytes(decision)) for _, kind, agency, source, decision, _ in found] == [
        ("other_person", "imigrasi", "simkim", first.token),
        ("other_term", "imigrasi", "simkim", second.token),
    ]
    for *_, detail in found:
        assert b"9901015205908888" not in bytes(detail) and first.nik.encode() not in bytes(detail)
    told = as_the_hub(
        "SELECT thing, effect, giver FROM exchange_outbox WHERE type = 'difference.found' ORDER BY effect"
    )
    assert told == [(found[0][0], "other_person", "imigrasi"), (found[1][0], "other_term", "imigrasi")]
    (about,) = as_the_hub("SELECT about FROM audit_entry WHERE what = 'register.compared'")
    assert set(about[0]) == {found[0][0], found[1][0]}


def test_nothing_is_compared_while_a_list_is_still_on_its_way(listed: Simkim) -> None:
    listed.write(bans(4))
    pull(listed)
    we_lost_it(bans(1)[0])
    as_the_hub("UPDATE intake_batch SET state = 'placed' WHERE state = 'projected'")
    assert cycle().found == 0 and not standing()


def test_what_only_a_doubtful_list_states_is_no_difference(listed: Simkim) -> None:
    listed.write(bans(4))
    pull(listed)
    listed.write(bans(3, begin=900))
    pull(listed, sums_base="http://127.0.0.1:9")
    assert as_the_hub("SELECT count(*) FROM registers_entry WHERE state = 'unconfirmed'") == [(3,)]
    assert not standing()
