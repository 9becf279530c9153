"""Every wrong way to ask for a token and to show one is refused, alike; every scope opens just its own types of events (RFC 7523, RFC 8705)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from client.suar_client.signing import encoded
from suar.agencies.actions.machines import end_key, end_machine, propose_certificate, propose_key, scopes_known
from suar.agencies.models import Pass
from suar.agencies.queries.machines import pass_of
from suar.audit.models import Entry
from suar.core.machine import WINDOW, in_time, passed_on, peer_of
from suar.exchange import api
from suar.site import machines
from suar.site.api import audience
from suar.site.auth import now
from tests import cast, database
from tests.agencies.ceremony import Certificate, Machine, certificate, confirmed, get, public_pem
from tests.exchange.machines import agree, happened
from tests.flows.test_outbox import settled
from tests.site.running.waiting import wait_until

HOME, ELSEWHERE, PROXY = "203.0.113.7", "198.51.100.7", "10.9.8.7"


@pytest.fixture(autouse=True)
def terminator(settings: Any) -> None:
    """It stands at 10.9.8.7 and passes certificates and addresses on."""
    settings.PROXIES = ["10.9.8.0/24"]
    settings.CERTIFICATE_HEADER = "Client-Cert"


def line(shown: Certificate | None = None, *, header: str = "", origin: str = HOME, via: str = PROXY) -> dict[str, Any]:
    """How a request looks behind the terminator: from which address, with which certificate."""
    told = {"REMOTE_ADDR": via, "HTTP_X_FORWARDED_FOR": origin}
    text = header or (shown.header if shown else "")
    return told | ({"HTTP_CLIENT_CERT": text} if text else {})


@pytest.fixture
def suar(db: None) -> None:
    cast.adopt()


@pytest.fixture
def committed(cloned_database: database.Copy) -> None:
    """Where what is written is committed, since only that is told to anybody."""
    cast.adopt()


class Story:
    """KP2MI's machine with a certificate and a network; Immigration's beside it; and a token that KP2MI's got rightly."""

    def __init__(self) -> None:
        self.mine, self.others, self.spare = (
            certificate(),
            certificate("simkim.example"),
            certificate("cadangan.example"),
        )
        self.machine = Machine(certificate=self.mine, networks=["203.0.113.0/24"])
        self.neighbour = Machine("imigrasi", certificate=self.others)
        self.sister = Machine(certificate=self.spare)  # another machine of the same agency
        self.token = self.machine.token(line=line(self.mine))


# How a token is shown ------------------------------------------------------------------------------------------------------------------------


def expired(story: Story) -> Any:
    Pass.objects.filter(sha256=hashlib.sha256(story.token.encode()).hexdigest()).update(until_at=now())
    return get(story.token, line=line(story.mine))


def after(end: Callable[[Story], object]) -> Callable[[Story], Any]:
    def ways(story: Story) -> Any:
        end(story)
        return get(story.token, line=line(story.mine))

    return ways


def before_it_was_bound(story: Story) -> Any:
    """A token from when the machine had no certificate is nobody's any more once it has one."""
    machine = Machine()
    token = machine.token()
    assert get(token).status_code == 200
    confirmed(propose_certificate(machine.id, certificate().pem, act=machine.hers()))
    return get(token, line=line(story.mine))


#: After these the story is not what it was.
CHANGING = (
    "expired", "its key ended", "its certificate ended", "its machine ended", "its network taken away", "got before the machine was bound",
)  # fmt: skip
SHOWN: dict[str, Callable[[Story], Any]] = {
    "stolen, without a certificate": lambda it: get(it.token, line=line()),
    "stolen, with another agency's certificate": lambda it: get(it.token, line=line(it.others)),
    "stolen, with another machine's certificate of the same agency": lambda it: get(it.token, line=line(it.spare)),
    "with one that nobody registered": lambda it: get(it.token, line=line(certificate())),
    "with two certificates": lambda it: get(it.token, line=line(header=f"{it.others.header}, {it.mine.header}")),
    "with the certificate's thumbprint only": lambda it: get(it.token, line=line(header=it.mine.x5t)),
    "with the header past the terminator": lambda it: get(it.token, line=line(it.mine, via=HOME)),
    "with the header past the terminator, saying it came through it": lambda it: get(
        it.token, line=line(it.mine, origin=f"{HOME}, {PROXY}", via=HOME)
    ),
    "from another network": lambda it: get(it.token, line=line(it.mine, origin=ELSEWHERE)),
    "from another network that writes our address before its own": lambda it: get(
        it.token, line=line(it.mine, origin=f"{HOME}, {ELSEWHERE}")
    ),
    "from an address that is none": lambda it: get(it.token, line=line(it.mine, origin="rumah")),
    "expired": expired,
    "its key ended": after(lambda it: end_key(it.machine.key_id, act=it.machine.hers())),
    "its certificate ended": after(lambda it: end_key(it.machine.certificate_id or uuid4(), act=it.machine.hers())),
    "its machine ended": after(lambda it: end_machine(it.machine.id, act=it.machine.hers())),
    "its network taken away": after(lambda it: it.machine.agree(["health"], ["192.0.2.0/24"], bound=True)),
    "got before the machine was bound": before_it_was_bound,
    "a letter changed": lambda it: get(it.token[:-1] + ("A" if it.token[-1] != "A" else "B"), line=line(it.mine)),
    "none": lambda it: get("", line=line(it.mine)),
}


@pytest.mark.usefixtures("suar")
def test_shown_as_it_must_be_it_is_taken_and_says_to_what_it_is_bound() -> None:
    story = Story()
    assert get(story.token, line=line(story.mine)).status_code == 200
    assert get(story.token, line=line(story.mine, origin=f"{ELSEWHERE}, {HOME}, 10.9.8.1")).status_code == 200
    told = story.machine.ask(line=line(story.mine)).json()
    assert told["cnf"] == {"x5t#S256": story.mine.x5t}
    assert Machine().ask().json()["cnf"] == {}


@pytest.mark.usefixtures("suar")
def test_shown_in_any_wrong_way_a_token_is_refused_alike() -> None:
    """Each way on the same story until one has changed it."""
    story, taken = Story(), {}
    for way, show in SHOWN.items():
        answer = show(story)
        if answer.status_code != 401 or answer.json()["code"] != "auth.needed" or answer.json()["params"]:
            taken[way] = answer.content
        if way in CHANGING:
            story = Story()
    assert len(SHOWN) == 19 and taken == {}


@pytest.mark.usefixtures("suar")
def test_the_twin_that_believes_a_bearer_whatever_he_shows_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machines, "checked", lambda digest, there, at: pass_of(digest, at))
    story = Story()
    elsewhere = [way for way in SHOWN if way.startswith(("stolen", "with", "from"))]
    assert elsewhere == [way for way in elsewhere if SHOWN[way](story).status_code == 200]


@pytest.mark.usefixtures("suar")
def test_a_stolen_token_stands_in_the_log_once_a_minute_with_why() -> None:
    story = Story()
    for _ in range(3):
        get(story.token, line=line())
        get(story.token, line=line(story.mine, origin=ELSEWHERE))
    bodies = [json.loads(bytes(one.body)) for one in Entry.objects.filter(what="machine.refused").order_by("id")]
    assert sorted(one["params"]["why"] for one in bodies) == ["certificate", "network"]
    assert {one["params"]["machine"] for one in bodies} == {story.machine.id}


# How one is asked for ------------------------------------------------------------------------------------------------------------------------


def said(
    machine: Machine, *, key: Ed25519PrivateKey | None = None, header: dict[str, str] | None = None, **other: Any
) -> str:
    """An assertion as RFC 7523 wants it, but for what is told."""
    at = int(now().timestamp())
    claims = {"iss": machine.id, "sub": machine.id, "aud": audience(), "jti": uuid4().hex, "iat": at, "exp": at + 60}
    told = {name: value for name, value in {**claims, **other}.items() if value is not None}
    parts = (header or {"alg": "EdDSA", "typ": "JWT"}, told)
    text = ".".join(encoded(json.dumps(part).encode()) for part in parts)
    return f"{text}.{encoded((key or machine.key).sign(text.encode()))}"


def unsigned(machine: Machine) -> str:
    return said(machine, header={"alg": "none"}).rpartition(".")[0] + "."


def by_our_public_half(machine: Machine) -> str:
    """The old trick: HMAC with the public key as its secret."""
    text = said(machine, header={"alg": "HS256", "typ": "JWT"}).rpartition(".")[0]
    return f"{text}.{encoded(hmac.digest(public_pem(machine.key).encode(), text.encode(), 'sha256'))}"


def moment(seconds: int) -> int:
    return int(now().timestamp()) + seconds


ASKED: dict[str, Callable[[Story], str]] = {
    "made 310 s ago": lambda it: said(it.machine, iat=moment(-310), exp=moment(60)),
    "made in 310 s": lambda it: said(it.machine, iat=moment(310), exp=moment(400)),
    "without when it was made": lambda it: said(it.machine, iat=None),
    "made at a fraction": lambda it: said(it.machine, iat=now().timestamp()),
    "over since 310 s": lambda it: said(it.machine, exp=moment(-310)),
    "without an end": lambda it: said(it.machine, exp=None),
    "not yet": lambda it: said(it.machine, nbf=moment(400)),
    "for another audience": lambda it: said(it.machine, aud="https://elsewhere.example/api/v1/token"),
    "for several, not us": lambda it: said(it.machine, aud=["https://elsewhere.example", 7]),
    "for our other address": lambda it: said(it.machine, aud=audience().removesuffix("/token")),
    "without an audience": lambda it: said(it.machine, aud=None),
    "without an id": lambda it: said(it.machine, jti=None),
    "with an empty id": lambda it: said(it.machine, jti=""),
    "with an endless id": lambda it: said(it.machine, jti="x" * 201),
    "with a number for an id": lambda it: said(it.machine, jti=7),
    "from another issuer": lambda it: said(it.machine, iss=it.neighbour.id),
    "of another machine": lambda it: said(it.machine, iss=it.neighbour.id, sub=it.neighbour.id),
    "of nobody": lambda it: said(it.machine, iss="kp2mi-siapa", sub="kp2mi-siapa"),
    "signed by another agency": lambda it: said(it.machine, key=it.neighbour.key),
    "signed by another machine of the agency": lambda it: said(it.machine, key=it.sister.key),
    "signed by a key that nobody registered": lambda it: said(it.machine, key=Ed25519PrivateKey.generate()),
    "not signed": lambda it: unsigned(it.machine),
    "signed with our public half": lambda it: by_our_public_half(it.machine),
    "no token at all": lambda it: "x.y.z",
    "nothing": lambda it: "",
}


@pytest.mark.usefixtures("suar")
def test_an_assertion_that_is_not_right_gets_no_token() -> None:
    story, taken = Story(), {}
    for way, made in ASKED.items():
        answer = story.machine.ask(made(story) or " ", line=line(story.mine))
        if answer.status_code != 401 or answer.json()["code"] != "auth.assertion" or answer.json()["params"]:
            taken[way] = answer.content
    assert len(ASKED) == 25 and taken == {}
    assert story.machine.ask(said(story.machine), line=line(story.mine)).status_code == 200


WRONG_LINE: dict[str, Callable[[Story], dict[str, Any]]] = {
    "without a certificate": lambda it: line(),
    "with another agency's": lambda it: line(it.others),
    "with another machine's": lambda it: line(it.spare),
    "past the terminator": lambda it: line(it.mine, via=HOME),
    "from another network": lambda it: line(it.mine, origin=ELSEWHERE),
}


@pytest.mark.usefixtures("suar")
def test_a_right_assertion_over_a_wrong_line_gets_no_token() -> None:
    story = Story()
    answers = {way: story.machine.ask(line=shown(story)) for way, shown in WRONG_LINE.items()}
    assert {way: answer.json()["code"] for way, answer in answers.items()} == dict.fromkeys(
        WRONG_LINE, "auth.assertion"
    )


@pytest.mark.usefixtures("suar")
def test_neither_an_ended_key_nor_an_ended_machine_nor_a_proposed_key_gets_a_token() -> None:
    machine, waiting = Machine(), Ed25519PrivateKey.generate()
    propose_key(machine.id, public_pem(waiting), act=machine.hers())
    assert machine.ask(said(machine, key=waiting)).status_code == 401
    fresh = Ed25519PrivateKey.generate()
    confirmed(propose_key(machine.id, public_pem(fresh), act=machine.hers()))
    assert (
        machine.ask().status_code == machine.ask(said(machine, key=fresh)).status_code == 200
    )  # both hold while one is renewed
    end_key(machine.key_id, act=machine.hers())
    assert machine.ask().status_code == 401 and machine.ask(said(machine, key=fresh)).status_code == 200
    end_machine(machine.id, act=machine.hers())
    assert machine.ask(said(machine, key=fresh)).status_code == 401


def rewritten(token: str) -> str:
    """The same signature in other letters: what is left over of its last letter is nobody's business (SECURITY 4.3)."""
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    other = token[:-1] + letters[letters.index(token[-1]) ^ 1]
    same = [base64.urlsafe_b64decode(one.rpartition(".")[2] + "==") for one in (token, other)]
    assert same[0] == same[1] and token != other
    return other


def taken_twice(machine: Machine) -> list[str]:
    """In which ways a replayed assertion was taken."""
    token = said(machine, jti="sekali saja")
    assert machine.ask(token).status_code == 200
    anew = said(machine, jti="sekali saja", exp=moment(90))
    ways = {"as it was": token, "in other letters": rewritten(token), "with other bytes under the same id": anew}
    return [way for way, it in ways.items() if machine.ask(it).status_code == 200]


@pytest.mark.usefixtures("suar")
def test_an_assertion_is_taken_once_in_whatever_letters_it_comes_again() -> None:
    assert taken_twice(Machine()) == []


@pytest.mark.usefixtures("suar")
def test_the_twin_that_remembers_the_bytes_of_the_token_takes_it_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    real = machines.write_down
    seen: list[str] = []

    def bytes_instead(client: Any, key: Any, certificate: Any, wanted: Any, jti: str, at: Any) -> Any:
        return real(client, key, certificate, wanted, seen[-1], at)

    def looked(token: str, audience: str, at: Any) -> Any:
        seen.append(hashlib.sha256(token.encode()).hexdigest())
        return reading(token, audience, at)

    reading = machines.read_assertion
    monkeypatch.setattr(machines, "read_assertion", looked)
    monkeypatch.setattr(machines, "write_down", bytes_instead)
    assert taken_twice(Machine()) == ["with other bytes under the same id"]


@pytest.mark.usefixtures("suar")
def test_the_id_of_an_assertion_is_kept_longer_than_the_assertion_can_be_shown() -> None:
    """At every second of its life: whatever was taken once is remembered until it would be refused for its age alone."""
    machine = Machine()
    at = now()
    for made, ends in ((-299, 300), (0, 60), (299, 10_000), (299, 300)):
        start = int(at.timestamp())
        claims = {"iat": start + made, "exp": start + ends}
        last = max((s for s in range(700) if in_time(claims, at + timedelta(seconds=s))), default=0)
        assert last < 2 * WINDOW.total_seconds()
    assert machine.ask().status_code == 200


@pytest.mark.usefixtures("suar")
def test_two_machines_may_use_the_same_id_and_one_may_use_it_again_never() -> None:
    one, other = Machine(), Machine("imigrasi")
    assert one.ask(said(one, jti="satu")).status_code == 200
    assert other.ask(said(other, jti="satu")).status_code == 200
    assert one.ask(said(one, jti="satu")).status_code == 401


# Scopes --------------------------------------------------------------------------------------------------------------------------------------


def known(event: dict[str, Any]) -> str:
    """By what agreements and scopes call the type of an event."""
    return str(event["type"]).removeprefix("id.suar.")


def types_seen(machine: Machine, scopes: list[str], kinds: list[str]) -> dict[str, set[str] | int]:
    """For every scope the types of events that a token for it alone is told; or the status of the refusal."""
    seen: dict[str, set[str] | int] = {}
    for scope in scopes:
        answer = get(machine.token(scope=scope), "events", limit=500)
        seen[scope] = (
            {known(one) for one in answer.json()["events"]} if answer.status_code == 200 else answer.status_code
        )
    return seen


def expected(scopes: list[str], kinds: list[str]) -> dict[str, set[str] | int]:
    """Written apart from the code: `events` gives all, `events:TYPE` that one, everything else nothing."""
    told: dict[str, set[str] | int] = {}
    for scope in scopes:
        room, _, kind = scope.partition(":")
        told[scope] = 403 if room != "events" else {kind} & set(kinds) if kind else set(kinds)
    return told


def every_type() -> tuple[list[str], list[str]]:
    scopes = scopes_known(now())
    kinds = [one.removeprefix("events:") for one in scopes if one.startswith("events:")]
    agree("imigrasi", "kp2mi", events=kinds)
    for kind in kinds:
        happened("imigrasi", kind)
    wait_until(settled, seconds=60)
    return scopes, kinds


def test_every_scope_opens_just_its_own_types_of_events(committed: None) -> None:
    scopes, kinds = every_type()
    assert len(kinds) >= 19
    machine = Machine(scopes=scopes)
    assert types_seen(machine, scopes, kinds) == expected(scopes, kinds)


def test_the_twin_that_forgets_the_type_in_a_scope_is_found(committed: None, monkeypatch: pytest.MonkeyPatch) -> None:
    scopes, kinds = every_type()
    machine = Machine(scopes=scopes)
    monkeypatch.setattr(api, "types_of", lambda held: None)
    assert types_seen(machine, scopes[-2:], kinds) != expected(scopes[-2:], kinds)


@pytest.mark.usefixtures("suar")
def test_a_token_may_be_narrower_than_its_machine_and_never_wider() -> None:
    all_events, one_type = Machine(scopes=["events"]), Machine(scopes=["events:record.accepted"])
    assert all_events.ask(scope="events:record.accepted").json()["scope"] == "events:record.accepted"
    for machine, scope in ((all_events, "health"), (one_type, "events"), (one_type, "events:person.changed")):
        assert machine.ask(scope=scope).status_code == 401
    assert all_events.ask(scope="events everything").status_code == 401


def test_a_token_narrows_with_its_machine(committed: None) -> None:
    scopes, _ = every_type()
    machine = Machine(scopes=["events", "health"])
    token = machine.token()
    assert get(token).status_code == 200 and len(get(token, "events", limit=500).json()["events"]) == len(scopes) - 5
    machine.agree(["events:record.accepted"])
    assert get(token).status_code == 403
    assert {known(one) for one in get(token, "events", limit=500).json()["events"]} == {"record.accepted"}


# The header ----------------------------------------------------------------------------------------------------------------------------------


def test_a_certificate_is_read_as_rfc_9440_writes_it_and_as_nginx_does() -> None:
    shown = certificate()
    der = base64.b64decode(shown.header.strip(":"))
    escaped = re.sub("[^A-Za-z0-9]", lambda found: f"%{ord(found[0]):02X}", shown.pem)
    assert passed_on(shown.header) == passed_on(escaped) == passed_on(f" {shown.header} ") == der
    broken = (
        "",
        ":",
        "::",
        ":%:",
        shown.header[1:],
        shown.header + shown.header,
        escaped + escaped,
        ":AAAA=A:",
        "x" * 20_000,
        ":AB:C:",
    )
    assert all(passed_on(text) is None for text in broken)


@pytest.mark.parametrize(
    ("address", "forwarded", "origin"),
    [
        (PROXY, HOME, HOME),
        (PROXY, f"{ELSEWHERE}, {HOME}", HOME),
        (PROXY, f"{HOME}, 10.9.8.1", HOME),
        (PROXY, "", PROXY),
        (PROXY, "10.9.8.1", PROXY),
        (HOME, ELSEWHERE, HOME),
        ("::ffff:10.9.8.7", HOME, HOME),
        ("", HOME, ""),
    ],
)
def test_the_last_address_that_is_no_proxys_is_the_machines(address: str, forwarded: str, origin: str) -> None:
    shown = certificate()
    found = peer_of(address, forwarded, shown.header, ["10.9.8.0/24"])
    assert found.address == origin
    believed = address.endswith(PROXY)
    assert found.thumbprint == (shown.x5t if believed else "")
    assert replace(found, thumbprint="") == peer_of(address, forwarded, "", ["10.9.8.0/24"])
