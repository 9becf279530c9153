"""A postponement or refusal leads to its lawful entry and its notice; whom no register may hold, it does not."""

from __future__ import annotations

from uuid import UUID

import pytest

from suar.core.advice.values import Decision
from suar.core.errors import NotFound
from suar.screening.actions.entry import NothingToEnter, ask_entry
from suar.screening.actions.sign import look, sign
from tests import cast
from tests.registers.nominating import agreed, entry_of, newest, pending, sari
from tests.screening.desk import FACTS, LATER, decided, of_sari, proposed

pytestmark = pytest.mark.django_db(databases=["default", "protection"])


@pytest.fixture(autouse=True)
def policies(db: None) -> None:
    cast.adopt()
    for seat in (cast.ARIF, cast.SINTA, cast.BAYU):
        cast.seated(seat)


def asked(screening: UUID, seat: cast.Seat = cast.BIMA) -> UUID:
    return ask_entry(screening, act=cast.act(seat, at=LATER, reference=str(screening)))


def postponed() -> UUID:
    screening = of_sari()
    decided(screening, Decision.POSTPONE, coded="purpose_inconsistent", words=FACTS)
    return screening


# law: UU 6/2011 Ps 89; Permenkumham 9/2024
def test_a_postponed_departure_leads_to_a_deferral_in_the_words_of_the_decision() -> None:
    sari()
    request = asked(postponed())
    found = pending(request)
    assert (found.kind, found.reason, found.first.officer) == (
        "departure_deferral",
        "purpose_inconsistent",
        cast.seated(cast.BIMA).officer_id,
    )
    agreed(request, at=LATER, seat=cast.ARIF)
    entry = newest(entry_of(request))
    assert entry.state.value == "in_force" and entry.said["text"] == FACTS


def test_the_page_asks_for_it_at_once_and_the_slip_names_ground_and_reason() -> None:
    sari()
    client, screening = cast.browser(cast.BIMA), of_sari()
    told = {"decision": "postpone", "ground": "deferral", "coded": "purpose_inconsistent", "reason": FACTS}
    answer = client.post(f"/meja/{screening}/putusan/", told, follow=True).content.decode()
    assert "Entri daftar diajukan" in answer and "Entri daftar sudah diajukan" in answer
    slip = client.get(f"/meja/{screening}/pemberitahuan/").content.decode()
    assert "Permenkumham 9/2024" in slip and "Tujuan perjalanan tidak sesuai dengan dokumen" in slip
    assert FACTS not in slip, "what the officer wrote stays in the house"


def test_a_signed_refusal_leads_to_it_when_the_officer_asks() -> None:
    sari()
    screening = of_sari()
    proposal = proposed(screening)
    act = cast.act(cast.ARIF, at=LATER, reference=str(proposal))
    look(proposal, act=act)
    sign(proposal, True, "Bukti cocok.", act=act)
    assert pending(asked(screening)).reason == "document_invalid"


def test_it_is_asked_for_once_by_whoever_decided_and_only_of_somebody_on_record() -> None:
    unknown = postponed()
    with pytest.raises(NothingToEnter):
        asked(unknown)  # nobody in the books is certainly the traveller
    sari()
    screening = postponed_again()
    with pytest.raises(NotFound):
        asked(screening, cast.DIAN)
    asked(screening)
    with pytest.raises(NothingToEnter):
        asked(screening)


def postponed_again() -> UUID:
    screening = of_sari(reference="CGK-A1-2")
    decided(screening, Decision.POSTPONE, coded="purpose_inconsistent", words=FACTS)
    return screening


def test_who_was_let_pass_leads_to_no_entry() -> None:
    sari()
    screening = of_sari()
    decided(screening, Decision.ALLOW)
    with pytest.raises(NothingToEnter):
        asked(screening)
