"""What waits for an officer here: what was asked here, and what another system's counter was told something about."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from suar.screening.access import open_for
from suar.screening.actions.ask import screen
from suar.screening.actions.question import Asked
from suar.vault.queries import derived_id
from tests import cast
from tests.registers.nominating import banned, sari
from tests.screening.desk import JOURNEY, LATER, of_sari
from tests.screening.test_outcomes import machine

pytestmark = pytest.mark.django_db(databases=["default", "protection"])
OTHER = {"full_name": "Zulkarnaen Batubara", "passport_no": "X9900077", "birth_date": "1980-01-02", "sex": "1"}


@pytest.fixture(autouse=True)
def house(db: None) -> None:
    cast.adopt()
    machine("imigrasi")


def by_machine(reference: str, traveller: dict[str, str]) -> UUID:
    """Asked by Immigration's own system for a counter of this office."""
    asked = Asked(
        purpose="departure",
        desk=cast.BIMA.desk,
        lane="A1",
        officer="",
        reference=reference,
        traveller=traveller,
        journey=JOURNEY,
        answers={},
    )
    act = replace(cast.act(cast.BIMA, reference=reference), role="machine", actor=derived_id("client", "imigrasi-1"))
    return screen(asked, act=act, client="imigrasi-1", key="", elapsed_ms=lambda: 1)


def test_whom_another_system_lets_go_is_not_on_anybody_s_list_and_whom_it_was_told_about_is() -> None:
    banned(sari(), at=cast.NOON - timedelta(days=1))
    let_go, told = by_machine("S-1", OTHER), by_machine("S-2", cast.SARI)
    asked_here = of_sari(reference="S-3")
    listed = {row.id for row in open_for(cast.act(cast.ARIF, at=LATER))}
    assert listed == {told, asked_here} and let_go not in listed
