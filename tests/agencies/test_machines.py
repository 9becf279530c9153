"""A machine's terms, keys and certificates hold once one of its agency and one of the hub said so; the database itself asks for both."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from itertools import product
from typing import Any
from uuid import UUID, uuid4

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from django.db import IntegrityError, connection, connections, transaction
from django.db.utils import Error

from suar.agencies.actions import machines
from suar.agencies.actions.machines import (
    AlreadyRuled,
    OthersTurn,
    Terms,
    Unfit,
    end_key,
    end_machine,
    propose_certificate,
    propose_key,
    propose_terms,
    rule_on_machine,
)
from suar.agencies.models import Client
from suar.agencies.queries.machines import client_in_force, held_by, proposal, proposals_of
from suar.audit.models import Entry
from suar.core.act import Act
from suar.core.errors import NotFound, Refusal
from suar.site.auth import now
from suar.site.terminal.machine_keys import machine_keys
from tests import cast, database
from tests.agencies.ceremony import ENGINEERS, NANDA, NIKEN, RAMA, Machine, certificate, confirmed, engineer, public_pem

KINDS = ("terms", "key", "certificate")


@pytest.fixture
def policies(db: None) -> None:
    cast.adopt()


def proposed(kind: str, machine: str, act: Act) -> UUID:
    """A fresh one of this kind for a machine of KP2MI."""
    if kind == "terms":
        return propose_terms(
            Terms(client=machine, agency="kp2mi", scopes=["events"], networks=["203.0.113.0/24"]), act=act
        )
    if kind == "key":
        return propose_key(machine, public_pem(Ed25519PrivateKey.generate()), act=act)
    return propose_certificate(machine, certificate().pem, act=act)


def holding(kind: str, machine: str) -> set[UUID]:
    known = Client.objects.get(id=machine)
    if kind == "terms":
        return {one.id for one in proposals_of(machine) if one.kind == "terms" and one.ruling == "confirmed"}
    return {one.id for one in held_by(known, kind, now())}


def made_by(kind: str, machine: str) -> set[tuple[str, str]]:
    """Which pairs of engineers, one proposing and one confirming, put something of this kind into force."""
    found = set()
    for first, second in product(ENGINEERS, repeat=2):
        try:
            made = proposed(kind, machine, engineer(first))
            rule_on_machine(made, "confirmed", act=engineer(second))
        except (Refusal, IntegrityError):
            continue
        if made in holding(kind, machine):
            found.add((first.username, second.username))
    return found


#: Eko and Lia are of the hub, Niken and Nanda of KP2MI, Rama of Immigration, who is a stranger here.
TOGETHER = {(one, other) for one, other in product(("eko", "lia"), ("niken", "nanda"))}
BOTH_WAYS = TOGETHER | {(other, one) for one, other in TOGETHER}


@pytest.mark.parametrize("kind", KINDS)
def test_of_all_pairs_of_engineers_only_one_of_the_agency_with_one_of_the_hub_makes_it_hold(
    policies: None, kind: str
) -> None:
    assert made_by(kind, Machine().id) == BOTH_WAYS


def test_the_twin_that_forgets_who_proposed_is_stopped_by_the_database(
    policies: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine = Machine().id
    monkeypatch.setattr(machines, "other_side", lambda found, act: True)
    made = proposed("key", machine, engineer(NIKEN))
    for one in (NIKEN, NANDA):
        with pytest.raises(IntegrityError):
            rule_on_machine(made, "confirmed", act=engineer(one))
    assert made not in holding("key", machine)


def test_the_twin_without_the_databases_rule_lets_one_person_make_a_key(
    cloned_database: database.Copy, monkeypatch: pytest.MonkeyPatch
) -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute("ALTER TABLE agencies_ruling DROP CONSTRAINT machine_by_two")
    cast.adopt()
    machine = Machine().id
    monkeypatch.setattr(machines, "other_side", lambda found, act: True)
    assert ("niken", "niken") in made_by("key", machine)


RULING = """
INSERT INTO agencies_ruling (proposal, agency, made_by, made_by_agency, ruling, at, by, by_agency)
VALUES (%s, %s, %s, %s, 'confirmed', %s, %s, %s)
"""


def test_whatever_is_written_past_the_actions_one_person_alone_never_confirms(policies: None) -> None:
    made = proposed("key", Machine().id, engineer(NIKEN))
    people = {seat.username: engineer(seat).actor for seat in ENGINEERS}
    agencies = ("kp2mi", "suar", "imigrasi")
    kept = []
    for of, maker, maker_of, ruler, ruler_of in product(agencies, people, agencies, people, agencies):
        told: list[Any] = [made, of, people[maker], maker_of, now(), people[ruler], ruler_of]
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(RULING, told)
                kept.append((of, maker, maker_of, ruler, ruler_of))
                transaction.set_rollback(True)
        except IntegrityError:
            continue
    others = set(people) - {"niken"}
    assert set(kept) == {("kp2mi", "niken", "kp2mi", one, "suar") for one in others}


def test_proposals_rulings_and_ends_are_facts(policies: None) -> None:
    machine = Machine()
    end_key(machine.key_id, act=machine.hers())
    for table in ("agencies_proposal", "agencies_ruling", "agencies_end"):
        for words in (f"UPDATE {table} SET at = at", f"DELETE FROM {table}", f"TRUNCATE {table} CASCADE"):
            with pytest.raises(Error), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(words)


def test_an_engineer_of_another_agency_sees_proposes_rules_and_ends_nothing_here(policies: None) -> None:
    machine = Machine(certificate=certificate())
    waiting = proposed("key", machine.id, engineer(NIKEN))
    rama = engineer(RAMA)
    tries: list[Callable[[], Any]] = [
        lambda: proposed("terms", machine.id, rama),
        lambda: proposed("key", machine.id, rama),
        lambda: proposed("certificate", machine.id, rama),
        lambda: rule_on_machine(waiting, "confirmed", act=rama),
        lambda: rule_on_machine(waiting, "declined", act=rama),
        lambda: end_key(machine.key_id, act=rama),
        lambda: end_machine(machine.id, act=rama),
        lambda: propose_terms(Terms(client=machine.id, agency="imigrasi", scopes=["events"]), act=rama),
    ]
    for one in tries:
        with pytest.raises(NotFound):
            one()
    stranger = cast.browser(RAMA)
    assert machine.id not in stranger.get("/integrasi/kunci/").content.decode()
    assert stranger.get(f"/integrasi/kunci/{machine.id}/").status_code == 404


def test_one_person_ends_what_two_have_made_and_it_never_comes_back(policies: None) -> None:
    machine = Machine()
    end_key(machine.key_id, act=machine.hers())
    with pytest.raises(Unfit) as refused:
        propose_key(machine.id, public_pem(machine.key), act=machine.hers())
    assert refused.value.code == "machine.known"
    with pytest.raises(NotFound):
        end_key(machine.key_id, act=machine.hers())
    assert Entry.objects.filter(what="machine.key_ended").count() == 1


def test_an_ended_machine_comes_back_only_by_terms_proposed_afterwards_and_confirmed(policies: None) -> None:
    machine = Machine()
    stale = proposed("terms", machine.id, engineer(NIKEN))
    end_machine(machine.id, act=engineer(cast.EKO))
    with pytest.raises(AlreadyRuled):
        confirmed(stale)
    assert client_in_force(machine.id, now()) is None
    machine.agree(["events"])
    assert client_in_force(machine.id, now()) is not None


def test_terms_that_others_have_overtaken_cannot_be_confirmed_any_more(policies: None) -> None:
    machine = Machine()
    older = proposed("terms", machine.id, engineer(NIKEN))
    confirmed(proposed("terms", machine.id, engineer(NIKEN)))
    with pytest.raises(AlreadyRuled):
        confirmed(older)


def test_of_two_agencies_that_want_the_same_name_the_first_has_it(policies: None) -> None:
    wished = {"client": "sistem-satu", "scopes": ["events"]}
    hers = propose_terms(Terms(agency="kp2mi", **wished), act=engineer(NIKEN))  # type: ignore[arg-type]
    his = propose_terms(Terms(agency="imigrasi", **wished), act=engineer(RAMA))  # type: ignore[arg-type]
    confirmed(hers)
    with pytest.raises(AlreadyRuled):
        confirmed(his)
    assert Client.objects.get(id="sistem-satu").agency_id == "kp2mi"


def test_a_proposal_lapses_after_a_day_and_its_key_may_be_handed_in_again(policies: None) -> None:
    machine, key = Machine(), Ed25519PrivateKey.generate()
    yesterday = engineer(NIKEN, at=now() - timedelta(hours=25))
    old = propose_key(machine.id, public_pem(key), act=yesterday)
    with pytest.raises(AlreadyRuled):
        confirmed(old)
    confirmed(propose_key(machine.id, public_pem(key), act=engineer(NIKEN)))


def test_a_certificate_binds_the_machine_and_only_two_persons_unbind_it(policies: None) -> None:
    machine = Machine(certificate=certificate())
    assert Client.objects.get(id=machine.id).bound
    loose = propose_terms(Terms(client=machine.id, agency="kp2mi", scopes=["events"]), act=engineer(NIKEN))
    with pytest.raises(OthersTurn):
        rule_on_machine(loose, "confirmed", act=engineer(NANDA))
    assert Client.objects.get(id=machine.id).bound
    confirmed(loose)
    assert not Client.objects.get(id=machine.id).bound


def test_a_key_holds_its_days_and_a_certificate_no_longer_than_it_says(policies: None) -> None:
    machine = Machine(certificate=certificate(days=10))
    key, held = proposal(machine.key_id), proposal(machine.certificate_id or uuid4())
    assert key and held
    assert key.in_force(now() + timedelta(days=399)) and not key.in_force(now() + timedelta(days=401))
    assert held.in_force(now() + timedelta(days=9)) and not held.in_force(now() + timedelta(days=11))


def private_pem() -> str:
    return Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def rsa_pem() -> str:
    key = rsa.generate_private_key(65537, 2048).public_key()
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


WRONG: dict[str, tuple[str, Callable[[], str], str]] = {
    "no key": ("key", lambda: "hello", "machine.key"),
    "another kind of key": ("key", rsa_pem, "machine.key"),
    "the private half": ("key", private_pem, "machine.private"),
    "too long": ("key", lambda: "x" * 20_000, "machine.unfit"),
    "no certificate": ("certificate", lambda: "hello", "machine.certificate"),
    "two certificates": ("certificate", lambda: certificate().pem + certificate().pem, "machine.certificate"),
    "one that is over": (
        "certificate",
        lambda: certificate(since=now() - timedelta(days=99)).pem,
        "machine.certificate_time",
    ),
    "one of tomorrow": (
        "certificate",
        lambda: certificate(since=now() + timedelta(days=1)).pem,
        "machine.certificate_time",
    ),
    "with its private half": ("certificate", lambda: certificate().pem + certificate().key_pem, "machine.private"),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_what_is_no_key_and_no_certificate_is_not_taken(policies: None, wrong: str) -> None:
    kind, text, code = WRONG[wrong]
    propose = propose_key if kind == "key" else propose_certificate
    with pytest.raises(Unfit) as refused:
        propose(Machine().id, text(), act=engineer(NIKEN))
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"agency": "siapa"}, "machine.agency"),
        ({"client": "X"}, "machine.name"),
        ({"client": "baru"}, "machine.name"),
        ({"client": "a-" + "b" * 40}, "machine.name"),
        ({"scopes": []}, "machine.scopes"),
        ({"scopes": ["events:nothing.such"]}, "machine.scopes"),
        ({"networks": ["rumah"]}, "machine.network"),
    ],
)
def test_terms_that_no_machine_can_have_are_not_taken(policies: None, changes: dict[str, Any], code: str) -> None:
    told: dict[str, Any] = {"client": "kp2mi-baru", "agency": "kp2mi", "scopes": ["events"]}
    with pytest.raises(Unfit) as refused:
        propose_terms(Terms(**(told | changes)), act=engineer(cast.EKO))
    assert refused.value.code == code


# The pages ---------------------------------------------------------------------------------------------------------------------------------


def test_from_no_machine_to_a_key_in_force_on_the_pages_of_both_engineers(policies: None) -> None:
    hers, his = cast.browser(NIKEN), cast.browser(cast.EKO)
    assert "Belum ada mesin" in hers.get("/integrasi/kunci/").content.decode()
    told = {"agency": "kp2mi", "client": "kp2mi-baru", "scopes": ["events", "health"], "networks": "203.0.113.0/24"}
    assert hers.post("/integrasi/kunci/baru/", told).status_code == 302
    page = "/integrasi/kunci/kp2mi-baru/"
    assert agreed_on(page, hers, his)
    assert hers.post(f"{page}kunci/", {"pem": private_pem()}).status_code == 422
    assert hers.post(f"{page}kunci/", {"pem": public_pem(Ed25519PrivateKey.generate())}).status_code == 302
    assert agreed_on(page, hers, his)
    held = certificate()
    assert his.post(f"{page}sertifikat/", {"pem": held.pem}).status_code == 302
    assert agreed_on(page, his, hers)
    said = his.get(page).content.decode()
    assert held.x5t in said and "terikat pada sertifikat" in said and "203.0.113.0/24" in said
    assert his.post(f"{page}akhiri/").status_code == 302
    assert "diakhiri" in hers.get("/integrasi/kunci/").content.decode()


def agreed_on(page: str, mine: Any, theirs: Any) -> bool:
    """Whoever proposed it cannot confirm it on the page, and the other side can."""
    (waiting,) = [one for one in proposals_of(page.split("/")[3]) if one.waits(now())]
    rule = f"{page}putusan/{waiting.id}/"
    assert "Konfirmasi</button>" not in mine.get(page).content.decode()
    assert mine.post(rule, {"ruling": "confirmed"}).status_code == 403
    assert "Konfirmasi</button>" in theirs.get(page).content.decode()
    return bool(theirs.post(rule, {"ruling": "confirmed"}).status_code == 302)


def test_in_both_languages_no_code_stands_where_a_sentence_should(policies: None) -> None:
    import re

    machine = Machine(certificate=certificate())
    proposed("key", machine.id, engineer(NIKEN))
    for language in ("id", "en"):
        for path in ("", "baru/", f"{machine.id}/"):
            page = cast.browser(cast.EKO).get(f"/integrasi/kunci/{path}", headers={"accept-language": language})
            assert page.status_code == 200
            assert not re.search(r"\[[a-z_]+\.[a-z_.]+\]", page.content.decode()), (language, path)


def test_at_the_terminal_machines_are_listed_and_ended_and_none_is_made(
    policies: None, capsys: pytest.CaptureFixture[str]
) -> None:
    machine, held = Machine(networks=["203.0.113.0/28"]), certificate()
    confirmed(propose_certificate(machine.id, held.pem, act=machine.hers()))
    assert machine_keys("kp2mi", end=None, end_key=None) == 0
    said = capsys.readouterr().out
    assert all(
        one in said
        for one in (machine.id, held.x5t, "bound to a certificate", "203.0.113.0/28", "views_a_day 0/20,000")
    )
    assert machine_keys("imigrasi", end=None, end_key=None) == 0 and machine.id not in capsys.readouterr().out
    assert machine_keys("", end=None, end_key=held.x5t) == 0
    assert machine.id in capsys.readouterr().out and not held_by(
        Client.objects.get(id=machine.id), "certificate", now()
    )
    assert machine_keys("", end=None, end_key=held.x5t) == 1
    assert machine_keys("", end=machine.id, end_key=None) == 0 and client_in_force(machine.id, now()) is None
    assert machine_keys("", end=machine.id, end_key=None) == 1
