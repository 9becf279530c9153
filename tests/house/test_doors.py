"""Every role against every door, for every purpose, against a table written apart from policy/sharing/doors.yaml; and every page by role."""

from __future__ import annotations

import csv
import functools
import re
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest
import yaml
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from suar.agencies.access import DoorShut, ReferenceMissing, check, enter, opens
from suar.core.errors import Refusal
from suar.policies.models import Version
from suar.policies.queries import once
from tests import cast

HERE = Path(__file__).resolve().parent
pytestmark = pytest.mark.django_db(databases=["default", "protection"])

#: The purposes of SECURITY 3.1, by their letters there.
PURPOSES = {
    "P1": "departure_screening", "P2": "passport_application", "P3": "placement_verification", "P4": "protection",
    "P5": "investigation", "P6": "repatriation", "P7": "redress", "P8": "oversight", "P9": "statistics", "P10": "operations", "P11": "identity_review",
    "P12": "register_keeping", "P13": "policy_keeping",
}  # fmt: skip


def told() -> dict[tuple[str, str, str], bool]:
    """(role, door, purpose) -> whether it opens, as the table written apart says."""
    table = {}
    with (HERE / "doors.csv").open(newline="") as file:
        for row in csv.DictReader(file):
            doors = [name for name in row if name not in {"role", "why"}]
            for door in doors:
                open_for = set() if row[door] == "-" else set(row[door].split())
                assert open_for <= set(PURPOSES), (row["role"], door)
                table.update({(row["role"], door, PURPOSES[letter]): letter in open_for for letter in PURPOSES})
    return table


@pytest.fixture
def policies(db: None) -> None:
    cast.adopt()


def in_policy() -> tuple[set[str], set[str]]:
    doors = yaml.safe_load((cast.POLICY / "sharing" / "doors.yaml").read_text())["doors"]
    return set(doors), {role for roles in doors.values() for role in roles}


def test_the_table_written_apart_names_every_door_and_role_that_the_policy_names() -> None:
    doors, roles = in_policy()
    assert {door for _, door, _ in told()} == doors
    assert roles == {role for role, _, _ in told()} - {"officer without a role"}


def differing() -> list[tuple[str, str, str]]:
    """Where the doors of the policy in force and the table written apart do not say the same."""
    act = cast.machine(reference="K-1")
    found = []
    with once():  # the tables in force at that instant are looked for once
        for (role, door, purpose), expected in told().items():
            asked = replace(act, role="" if role == "officer without a role" else role, purpose=purpose)
            try:
                check(asked, door)
                opened = True
            except DoorShut:
                opened = False
            if opened != expected or opens(asked, door) != expected:
                found.append((role, door, purpose))
    return found


def test_every_role_at_every_door_for_every_purpose_is_as_the_table_written_apart_says(policies: None) -> None:
    assert len(told()) == 19 * 79 * 13
    assert differing() == []


@pytest.mark.parametrize(
    ("door", "role", "purpose"),
    [
        ("person.see", "counter_officer", "departure_screening"),
        ("screening.make", "counter_officer", "passport_application"),
    ],
)
def test_one_door_opened_too_wide_is_found(policies: None, door: str, role: str, purpose: str) -> None:
    """The planted bug: a role, or a purpose, too many in the adopted table."""
    table = Version.objects.get(name="sharing/doors").content
    table["doors"][door].setdefault(role, []).append(purpose)
    Version.objects.create(
        id=uuid4(),
        name="sharing/doors",
        sha256="f" * 64,
        content=table,
        in_force_from=cast.NOON,
        adopted_by=uuid4(),
        reason="planted",
    )
    assert differing() == [(role, door, purpose)]


def test_a_door_role_or_purpose_that_nobody_named_is_shut(policies: None) -> None:
    act = cast.machine(reference="K-1")
    for asked, door in (
        (act, "person.delete"),
        (replace(act, role="director"), "intake.health"),
        (replace(act, purpose="care"), "intake.push"),
    ):
        with pytest.raises(DoorShut):
            check(asked, door)


def test_no_person_is_opened_without_the_case_that_justifies_it(policies: None) -> None:
    """UU 27/2022 art. 16; SECURITY 3.1: every door behind which a person stands asks for the reference, a blank one is none."""
    without = {
        "screening.list",
        "desk.work",
        "screening.sign",
        "screening.prelist",
        "placement.list",
        "complaint.list",
        "case.list",
        "arrival.list",
        "review.list",
        "intake.health",
        "source.asked",
        "intake.report",
        "intake.push",
        "intake.release",
        "source.quarantine",
        "protected.health",
        "tip.send",
        "tip.see",
        "tip.grade",
        "finding.list",
        "register.differences",
        "events.receive",
    }
    needing_none = without | {
        "interview.list",
        "interview.quality",
        "call.attend",
        "screening.outcomes",
        "log.see",
        "matching.quality",
        "register.work",
        "register.effect",
        "register.pace",
        "register.let_go",
        "notice.clocks",
        "policy.see",
        "policy.compare",
        "unscreened.explain",
        "service.office",
        "sharing.see",
        "integration.see",
        "integration.endpoint",
        "integration.resend",
        "machine.see",
        "machine.keep",
    }
    for (role, door, purpose), expected in told().items():
        if not expected:
            continue
        asked = replace(cast.machine(), role=role, purpose=purpose, reference="  ")
        refused = purpose not in {"oversight", "register_keeping", "policy_keeping"} and door not in needing_none
        if refused:
            with pytest.raises(ReferenceMissing):
                check(asked, door)
        else:
            check(asked, door)


def test_a_shut_door_tells_the_database_nothing(policies: None) -> None:
    with transaction.atomic():
        with pytest.raises(Refusal):
            enter(cast.act(cast.BIMA, reference="K-1"), "person.see")
        with connection.cursor() as cursor:
            cursor.execute("SELECT coalesce(current_setting('suar.may_read', true), '')")
            assert cursor.fetchone()[0] == ""


def test_what_a_door_opens_ends_with_its_transaction_and_reaches_only_agreed_agencies(policies: None) -> None:
    cast.agree("kp2mi", "imigrasi", ["departure_screening"])
    cast.agree("kemlu", "imigrasi", ["passport_application"])
    act = cast.act(cast.BIMA, reference="K-1")
    with transaction.atomic():
        enter(act, "screening.see")
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_setting('suar.may_read')")
            assert cursor.fetchone()[0] == "imigrasi,kp2mi"


def test_no_posting_makes_an_officer_a_machine_or_the_hub_itself(policies: None) -> None:
    """The hub's own role passes every door; the database lets nobody be posted into it."""
    for role in ("system", "machine", ""):
        with pytest.raises(IntegrityError), transaction.atomic():
            cast.seated(replace(cast.BIMA, role=role, username=f"planted-{role}"))


# Pages -------------------------------------------------------------------------------------------------------------------------------

SEATS = {seat.role: seat for seat in cast.SEATS}
BLANK = uuid4()
BLANKS = {
    "uuid": BLANK,
    "slug": "sent",
    "int": 30,
    "str": "desks",
}  # no source has that name; it is a number of a batch


@functools.cache
def routes() -> dict[str, str]:
    """Every named page of the house with its path; the API has machines for callers and is looked at by itself."""
    found = {}

    def walk(patterns: list[URLPattern | URLResolver], above: str) -> None:
        for pattern in patterns:
            path = above + str(pattern.pattern)
            if isinstance(pattern, URLResolver):
                walk(pattern.url_patterns, path)
            else:
                found[str(pattern.name) if not path.startswith("api/") else f"api {path}"] = path

    walk(get_resolver().url_patterns, "")
    return found


def by_page() -> list[dict[str, str]]:
    with (HERE / "pages.csv").open(newline="") as file:
        return list(csv.DictReader(file))


def test_the_table_of_pages_names_every_page() -> None:
    pages = {name for name in routes() if not name.startswith("api ")}
    assert pages == {row["page"] for row in by_page()}


def browser_of(who: str) -> Client:
    if who == "anonymous":
        return Client()
    return cast.browser(cast.CHARLIE if who == "no_posting" else SEATS[who])


@pytest.mark.parametrize("who", ["anonymous", "no_posting", *SEATS])
def test_every_page_answers_every_role_as_the_table_written_apart_says(policies: None, who: str) -> None:
    """Asked with ids that nobody has: 404 means that the door opened and nothing stands there, 403 that it stayed shut; 422 that K-1 is no case."""
    differing = []
    kept: Client | None = None
    for row in by_page():
        client = kept or browser_of(who)
        kept = client if row["method"] == "GET" else None  # what is sent may change the session, or end it
        path = routes()[row["page"]]
        name = row["page"]
        address = reverse(name, args=[BLANKS[kind] for kind in re.findall("<([a-z]+):", path)])
        address += "?reference=K-1" if name == "person" else ""
        told = {"reference": "K-1"} if name == "person_reveal" else {}
        answer = client.post(address, told) if row["method"] == "POST" else client.get(address)
        where = answer.headers.get("Location", "").split("?")[0]
        got = f"{answer.status_code}{' ' + where if where else ''}"
        if got != row[who]:
            differing.append((name, row["method"], row[who], got))
    assert differing == []


def test_the_api_answers_nobody_without_a_token_not_even_an_officer_who_is_logged_in(policies: None) -> None:
    open_to_all = {
        "api api/v1/openapi.json",
        "api api/v1/token",
        "api api/v1/push/<source>/<stream>",
        "api api/v1/keys",
        "api api/v1/alive",
    }
    asked = [path for name, path in routes().items() if name.startswith("api ") and name not in open_to_all]
    assert asked
    for client in (Client(), cast.browser(cast.ARIF)):
        for path in asked:
            address = "/" + re.sub("<[^>]+>", str(BLANK), path)
            answers = {
                client.get(address).status_code,
                client.post(address, {}, content_type="application/json").status_code,
            }
            assert answers <= {401, 405} or path == "api/v1/", (address, answers)
            assert answers <= {401, 404, 405}, (address, answers)
