"""What was decided of the agreements is told for as long as it is true, and not a moment longer."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from suar.agencies.access import may_read
from suar.agencies.models import Agreement
from suar.agencies.queries import agreements
from suar.agencies.queries.agreements import disclosure, event_types, fields_agreed, givers_of
from suar.core.disclosure.decide import Disclosure
from suar.site.auth import now
from tests import cast
from tests.agreed import IN_FORCE, PURPOSE, adopt_agreements, dropping, without

pytestmark = pytest.mark.django_db(transaction=False)
KINDS = {"giver": "kp2mi", "receiver": "imigrasi", "purpose": "departure_screening"}


@pytest.fixture(autouse=True)
def policies(db: None) -> None:
    cast.adopt()
    cast.agencies()


def agreed(**changed: object) -> Agreement:
    made = cast.agree("kp2mi", "imigrasi", ["departure_screening"], at=now())
    Agreement.objects.filter(id=made.id).update(
        fields={"placement": ["country"]}, events=["record.accepted"], **changed
    )
    return made


def given() -> tuple[frozenset[str], frozenset[str], str, list[str]]:
    """By each of the ways in which it is asked."""
    at = now()
    return (
        fields_agreed("placement", **KINDS, at=at), givers_of("placement", receiver="imigrasi", purpose="departure_screening", at=at),
        may_read(cast.act(cast.BIMA, at=at)), event_types(at),
    )  # fmt: skip


ALL = (frozenset({"country"}), frozenset({"kp2mi"}), "imigrasi,kp2mi", ["record.accepted"])
NOTHING: tuple[frozenset[str], frozenset[str], str, list[str]] = (frozenset(), frozenset(), "imigrasi", [])


def test_an_agreement_gives_from_the_moment_in_which_it_is_written_and_nothing_once_it_is_taken_away() -> None:
    assert given() == NOTHING
    made = agreed()
    assert given() == given() == ALL
    made.delete()
    assert given() == NOTHING


def test_what_a_transaction_took_back_was_never_given() -> None:
    """Another change after it is another version: no state of the agreements is ever known by the name of another."""
    id_ = agreed().id
    assert given() == ALL
    with pytest.raises(InterruptedError), transaction.atomic():
        Agreement.objects.filter(id=id_).delete()
        assert given() == NOTHING
        raise InterruptedError
    assert given() == ALL
    with transaction.atomic():
        Agreement.objects.filter(id=id_).update(purposes=["protection"])
    assert given()[0] == frozenset()


@pytest.mark.parametrize(
    "change", [{"purposes": ["protection"]}, {"receiver_id": "polri"}, {"giver_id": "kemlu"}, {"fields": {}}]
)
def test_every_change_of_an_agreement_is_felt_at_once(change: dict[str, object]) -> None:
    made = agreed()
    assert given() == ALL
    Agreement.objects.filter(id=made.id).update(**change)
    assert given()[0] == frozenset()


def test_an_agreement_ends_within_a_second_though_nothing_is_written() -> None:
    made = agreed()
    ends = now() + timedelta(seconds=0.4)
    Agreement.objects.filter(id=made.id).update(until_at=ends)
    assert given() == ALL
    while now() < ends:
        time.sleep(0.01)
    assert given() == NOTHING and now() < ends + timedelta(seconds=1)


def outlives(change: Callable[[Agreement], object]) -> bool:
    """Whether anything is still given once this has happened."""
    made = agreed()
    assert given() == ALL
    change(made)
    return given() != NOTHING


def over(made: Agreement) -> None:
    ends = now() + timedelta(milliseconds=300)
    Agreement.objects.filter(id=made.id).update(until_at=ends)
    given()
    while now() < ends:
        time.sleep(0.01)


def test_the_twin_that_forgets_the_version_of_the_agreements_gives_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """The planted bug: what was decided of one state of the agreements answers for the next."""
    assert not outlives(lambda made: made.delete())
    monkeypatch.setattr(
        agreements,
        "VERSION",
        ("SELECT gen_random_uuid() WHERE false UNION ALL SELECT '00000000-0000-0000-0000-000000000000'::uuid", ()),
    )
    monkeypatch.setattr(
        agreements, "EVERY", agreements.EVERY.replace("v.version", "'00000000-0000-0000-0000-000000000000'::uuid", 1)
    )
    assert outlives(lambda made: made.delete())


def test_the_twins_that_forget_the_time_give_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """The planted bugs: a decision is kept whatever the clock says; and a policy that asks for no date."""
    assert not outlives(over)
    with monkeypatch.context() as planted:
        planted.setattr(Disclosure, "stretch", lambda self, giver, at: 0)
        assert outlives(over)
    adopt_agreements(without(IN_FORCE))
    assert outlives(over)


def test_another_policy_holds_from_its_adoption_on() -> None:
    agreed(purposes=["protection"])
    assert given()[2] == "imigrasi"
    adopt_agreements(without(PURPOSE, "look"))
    assert given()[2] == "imigrasi,kp2mi"
    adopt_agreements(dropping("look.rows"))
    assert given()[2] == "imigrasi"


def test_the_running_role_does_not_write_which_version_holds() -> None:
    for words in (
        "UPDATE agencies_agreed SET version = version",
        "DELETE FROM agencies_agreed",
        "INSERT INTO agencies_agreed DEFAULT VALUES",
    ):
        with (
            pytest.raises(DatabaseError, match="permission denied"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(words)
    assert disclosure(now()) is disclosure(now())
