"""How right the matcher is: measured, kept, and shown to those who answer for it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection

from suar.core.errors import Refusal
from suar.core.linking.decide import Ruling
from suar.persons.access import quality_for
from suar.persons.actions.note_quality import note_quality
from suar.persons.queries import judged_pairs, measurements
from suar.site.auth import system_act
from suar.vault.queries import new_id
from tests import cast

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "protection"])

FIGURES: dict[str, Any] = {
    "by": "truth", "people": 2_000, "pairs": 500, "joined": 300, "joined_rightly": 299, "asked": 40, "asked_rightly": 11, "error_micro": 310,
    "reliability": [[2, 1, 180], [540, 500, 20], [998, 1000, 300]],
    "groups": [
        {"kind": "all", "of": "", "name": "all_", "people": 2_000, "recall": 990, "wrongly_micro": 9_000, "ratio": 100, "bound": 0, "within": True},
        {"kind": "sex", "of": "2", "name": "sex_2", "people": 1_000, "recall": 985, "wrongly_micro": 12_000, "ratio": 133, "bound": 125,
         "within": False},
    ],
}  # fmt: skip


def test_a_measurement_is_kept_whole_beside_the_ones_before_it() -> None:
    cast.adopt()
    note_quality("truth", "matching A", FIGURES, act=system_act("quality", at=cast.NOON))
    later = system_act("quality", at=cast.NOON + timedelta(minutes=1))
    note_quality("truth", "matching B", FIGURES | {"asked": 10}, act=later)
    newest, before = measurements()
    assert (newest["asked"], newest["policy"]) == (10, "matching B")
    assert {name: before[name] for name in FIGURES} == FIGURES


def test_what_was_measured_is_never_changed() -> None:
    cast.adopt()
    note_quality("truth", "matching A", FIGURES, act=system_act("quality", at=cast.NOON))
    with connection.cursor() as cursor, pytest.raises(Exception, match="persons_quality"):
        cursor.execute("UPDATE persons_quality SET figures = '{}'")


def test_the_latest_ruling_judges_a_pair_and_a_withdrawn_one_judges_nothing() -> None:
    cast.adopt()
    sari, ani, budi = sorted(uuid4() for _ in range(3))
    for minute, (a, b, ruling) in enumerate(
        [
            (sari, ani, Ruling.JOINED),
            (sari, ani, Ruling.NOT_SAME),
            (ani, budi, Ruling.JOINED),
            (sari, budi, Ruling.JOINED),
            (sari, budi, Ruling.WITHDRAWN),
        ]
    ):
        rule(a, b, ruling, at=cast.NOON + timedelta(minutes=minute))
    assert judged_pairs() == {(str(sari), str(ani)): False, (str(ani), str(budi)): True}


def rule(a: UUID, b: UUID, ruling: Ruling, *, at: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO persons_judgement (id, a, b, ruling, at, by, agency, desk, reason) VALUES (%s, %s, %s, %s, %s, %s, 'suar', 'T', 'seen')",
            [new_id(at), a, b, ruling.value, at, uuid4()],
        )


@pytest.mark.parametrize("seat", [cast.ARIF, cast.NADIA])
def test_who_answers_for_the_matcher_reads_of_it_on_a_page(seat: cast.Seat) -> None:
    cast.adopt()
    note_quality("truth", "matching A", FIGURES, act=system_act("quality", at=cast.NOON))
    assert quality_for(cast.act(seat))[0]["people"] == 2_000
    page = cast.browser(seat).get("/quality/")
    assert page.status_code == 200 and b"<svg" in page.content and b"row--care" in page.content


@pytest.mark.parametrize("seat", [cast.BIMA, cast.DIAN, cast.EKO, cast.LALU])
def test_nobody_else_does(seat: cast.Seat) -> None:
    cast.adopt()
    with pytest.raises(Refusal):
        quality_for(cast.act(seat))
