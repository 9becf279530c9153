"""The register officer sees where an owner's list and our entries differ, masked, with its trace; nobody else does."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from suar.audit.models import Entry
from tests import cast
from tests.database import Copy
from tests.registers.ban_lists import Simkim, as_the_hub, bans, pull, simkim
from tests.registers.test_differences import ours_ends_otherwise, theirs_names_another


@pytest.fixture
def listed(cloned_database: Copy, tmp_path: Path) -> Iterator[Simkim]:
    """Of eight decisions SIMKIM's list names somebody else in one, and our copy of another ends earlier."""
    cast.adopt()
    with simkim(tmp_path / "simkim") as it:
        it.write(bans(8))
        pull(it)
        theirs_names_another(bans(1)[0], it)
        ours_ends_otherwise(bans(2)[1])
        pull(it)
        yield it


def words(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def test_the_officer_sees_both_sides_without_the_numbers_of_a_person_and_leaves_a_trace(listed: Simkim) -> None:
    first, second = bans(2)
    page = words(cast.browser(cast.RAKA).get("/daftar/selisih/"))
    assert first.decision in page and second.decision in page
    assert "Orang lain" in page and "Masa berlaku lain" in page and "NIK" in page
    assert first.nik not in page and "9901015205908888" not in page
    assert "terbukti, 8 baris" in page
    ((about, shown),) = as_the_hub("SELECT about, shown FROM audit_entry WHERE what = 'difference.shown'")
    assert shown and len(about) == 2


def test_my_work_counts_them_and_opens_none(listed: Simkim) -> None:
    page = words(cast.browser(cast.RAKA).get("/"))
    assert "Selisih dengan daftar pemilik" in page and "Orang lain · SIMKIM" in page
    assert not Entry.objects.filter(what="difference.shown").exists()
    assert "Selisih" not in words(cast.browser(cast.ARIF).get("/"))


def test_a_register_officer_of_another_agency_sees_nothing_of_it(listed: Simkim) -> None:
    gita = cast.Seat("gita", "Gita Maharani", "register_officer", "polri", "BARESKRIM", "DAFTAR-POLRI", "register")
    page = words(cast.browser(gita).get("/daftar/selisih/"))
    assert "Kedua salinan sama" in page and bans(1)[0].decision not in page and "terbukti, 8 baris" not in page


def test_a_list_that_does_not_agree_is_said_with_what_follows(listed: Simkim) -> None:
    listed.write(bans(1, begin=900))
    pull(listed, sums_base="http://127.0.0.1:9")
    page = words(cast.browser(cast.RAKA).get("/daftar/selisih/"))
    assert "Saluran kedua diam: yang baru belum berlaku" in page
    bodies = as_the_hub("SELECT body FROM audit_entry WHERE what = 'register.list_judged' ORDER BY id")
    assert [json.loads(bytes(body))["params"]["why"] for (body,) in bodies] == ["", "", "list.untold"]
