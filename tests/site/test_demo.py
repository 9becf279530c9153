"""The training nation's people, made once; and a machine of theirs that logs in with a key of its own."""

from __future__ import annotations

import uuid
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.test import Client
from joserfc import jwt
from joserfc.jwk import OKPKey

from suar.agencies.models import Agency, Agreement, Desk, Officer, Posting
from suar.policies.models import Version
from suar.screening.queries.unscreened import reconciliation
from suar.site import settings as real
from suar.site.api import audience
from suar.site.auth import now, system_act
from suar.site.demo import OFFICERS, open_lanes, prepare
from suar.site.machines import ASSERTION
from tests import cast

pytestmark = pytest.mark.django_db(databases=["default", "protection"])


@pytest.fixture
def made(settings: Any, tmp_path: Path) -> dict[str, str]:
    settings.HOME, settings.KEYS = tmp_path, settings.KEYS
    cast.adopt()
    return prepare(act=system_act("tests"))


def counts() -> list[int]:
    return [kind.objects.count() for kind in (Agency, Desk, Officer, Posting, Agreement)]


def test_the_demo_is_made_once_and_every_officer_may_log_in(made: dict[str, str]) -> None:
    before = counts()
    assert prepare(act=system_act("tests")) == made and counts() == before
    assert set(made) == {name for name, *_ in OFFICERS}
    for name, password in made.items():
        assert Client().post("/login/", {"username": name, "password": password}).status_code == 302, name


def test_passwords_are_hashed_at_full_cost_wherever_it_is_not_for_a_test() -> None:
    assert real.PASSWORD_HASHERS == ["django.contrib.auth.hashers.Argon2PasswordHasher"]
    assert (Argon2PasswordHasher.time_cost, Argon2PasswordHasher.memory_cost) >= (
        2,
        100 * 1024,
    )  # KiB; OWASP asks for 19 MiB


def assertion(client: str, settings: Any, **other: Any) -> str:
    key = OKPKey.import_key((Path(settings.KEYS) / "agencies" / f"{client.split('-')[0]}.pem").read_text())
    at = int(now().timestamp())
    claims = {
        "iss": client,
        "sub": client,
        "aud": audience(),
        "jti": uuid.uuid4().hex,
        "iat": at,
        "exp": at + 60,
    } | other
    return jwt.encode({"alg": "EdDSA"}, claims, key, algorithms=["EdDSA"])


def token(said: str, **other: str) -> Any:
    form = {"grant_type": "client_credentials", "client_assertion_type": ASSERTION, "client_assertion": said} | other
    return Client().post("/api/v1/token", form)


def test_a_machine_gets_a_token_for_its_assertion_and_sees_source_health_with_it(
    made: dict[str, str], settings: Any
) -> None:
    answer = token(assertion("kp2mi-sistem", settings))
    assert answer.status_code == 200, answer.content
    bearer = {"authorization": f"Bearer {answer.json()['access_token']}"}
    assert Client(headers=bearer).get("/api/v1/sources").status_code == 200
    assert Client(headers={"authorization": "Bearer x"}).get("/api/v1/sources").status_code == 401


def test_an_assertion_is_taken_once_and_only_from_its_own_client_for_us_and_in_time(
    made: dict[str, str], settings: Any
) -> None:
    said = assertion("kp2mi-sistem", settings)
    assert token(said).status_code == 200
    past = int(now().timestamp()) - 3600
    wrong = [
        said,
        assertion("kp2mi-sistem", settings, sub="imigrasi-sistem", iss="imigrasi-sistem"),
        assertion("kp2mi-sistem", settings, aud="https://elsewhere.example"),
        assertion("kp2mi-sistem", settings, exp=past),
        assertion("kp2mi-sistem", settings, jti=7),
        said[:-4] + "AAAA",
        "not.a.token",
        "",
    ]
    for each in wrong:
        answer = token(each)
        assert answer.status_code in {401, 422} and b"access_token" not in answer.content
    assert token(assertion("kp2mi-sistem", settings), scope="everything").status_code == 401


def test_the_training_nations_lanes_are_opened_once_by_an_adopted_table(made: dict[str, str]) -> None:
    first, second = cast.NOON, cast.NOON + timedelta(days=2)
    open_lanes(act=system_act("tests", at=first))
    open_lanes(act=system_act("tests", at=second))
    (version,) = Version.objects.filter(name="openings")
    assert version.in_force_from == first and "opened" in version.reason
    assert {one.from_at for one in reconciliation(second).opened} == {first}
