"""A signal on a phone, an account or a route: graded, agreed to by another agency, ends by itself, and holds nobody."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from suar.core.registers.acts import ActRefused
from suar.core.registers.law import ActKind
from suar.registers.actions.request import Asked, ContentMissing, ThingUnread
from suar.registers.queries.native import acts_of
from suar.screening.access import answer_for
from suar.screening.actions.ask import screen
from suar.screening.actions.question import Asked as Question
from tests import cast
from tests.registers.nominating import FACTS, agreed, as_hub, asked, drawn_of, entry_of, newest, sari

pytestmark = pytest.mark.django_db(databases=["default", "protection"])
PHONE = "+6281290000099"


@pytest.fixture(autouse=True)
def policies(db: None) -> None:
    cast.adopt()


def signal(**more: Any) -> Asked:
    told: dict[str, Any] = {
        "act": ActKind.ADD, "kind": "signal", "reason": "shared_number", "text": FACTS, "thing": ("phone", "0812-9000-0099"),
        "grades": {"source": "B", "content": "3"}, "document": ("aduan.pdf", b"%PDF-1.7 invented"),
    }  # fmt: skip
    return Asked(**(told | more))


def answered(payer: str, *, at: timedelta = timedelta(minutes=5), phone: str = "") -> dict[str, Any]:
    """What Bima's desk is told of a traveller whose journey this phone paid for."""
    act = cast.act(cast.BIMA, at=cast.NOON + at, reference="CGK-1")
    traveller = {"full_name": "Zulkarnaen Batubara", "phone": phone}
    question = Question(
        purpose="departure",
        desk="CGK-A1",
        lane="",
        officer="",
        reference="CGK-1",
        traveller=traveller,
        journey={"payer_phone": payer},
    )
    id_: UUID = screen(question, act=act, client="tests", key="", elapsed_ms=lambda: 1)
    return answer_for(act, id_, first=True)


def reasons(answer: dict[str, Any]) -> list[str]:
    return [reason["code"] for reason in answer["reasons"]]


# law: UU 21/2007 Ps 58
def test_a_graded_signal_that_another_agency_agreed_to_raises_attention_and_holds_nobody() -> None:
    sari()
    id_ = asked(signal())
    assert drawn_of(id_).agency != "polri" and "register.signal" not in reasons(answered(PHONE))
    agreed(id_)
    for answer in (answered(PHONE), answered("", phone=PHONE)):
        assert "register.signal" in reasons(answer) and answer["advice"] == "advise"
    assert "register.signal" not in reasons(answered("+6281290000098"))
    entry = newest(entry_of(id_))
    with as_hub():
        assert acts_of([entry.entry])[entry.entry][0].said["grades"] == {"source": "B", "content": "3"}
    assert "register.signal" not in reasons(answered(PHONE, at=entry.review_due - cast.NOON))


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"grades": {"source": "B"}}, "content_grade"),
        ({"document": None}, "evidence"),
        ({"reason": "gossip"}, "reason"),
    ],
)
def test_it_shows_its_evidence_and_both_grades(more: dict[str, Any], field: str) -> None:
    with pytest.raises(ContentMissing) as refused:
        asked(signal(**more))
    assert refused.value.params == {"field": field}


def test_a_thing_that_cannot_be_read_and_a_ban_on_a_phone_are_refused() -> None:
    with pytest.raises(ThingUnread):
        asked(signal(thing=("account", "x")))
    with pytest.raises(ActRefused, match="signals_only"):
        asked(signal(kind="exit_ban"))
