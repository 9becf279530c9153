"""The API keeps its own description, whatever is sent to it: schemathesis over every endpoint (SECURITY F1)."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Any

import pytest
import schemathesis
from django.test import Client as Browser
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from suar.agencies.models import Client, Pass
from suar.site.auth import now
from suar.site.wsgi import application
from tests import cast
from tests.database import Copy
from tests.proving import claim_of

TOKEN = "token-of-the-test"
HEADERS = {"Authorization": f"Bearer {TOKEN}", "Accept-Encoding": "identity"}
CHECKS = (not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance)


@pytest.fixture
def schema(cloned_database: Copy) -> Any:
    """In a database of its own: a long run of questions is no single transaction."""
    cast.adopt()
    cast.seated(cast.BIMA)
    client = Client.objects.create(id="imigrasi-uji", agency_id="imigrasi", scopes=SCOPES, from_at=cast.BEFORE)
    Pass.objects.create(
        sha256=hashlib.sha256(TOKEN.encode()).hexdigest(),
        client=client,
        scopes=SCOPES,
        until_at=now() + timedelta(hours=1),
    )
    return schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application)


SCOPES = ["intake.push", "intake.report", "screening", "health", "events"]


@pytest.mark.prove
def test_no_endpoint_breaks_or_leaves_its_schema(schema: Any, request: pytest.FixtureRequest) -> None:
    claim = claim_of(request.node.name)
    cases = claim.number(small=15, large=400)
    seen: list[str] = []
    for operation in schema.get_all_operations():
        seen.append(operation.ok().label)

        @settings(
            max_examples=cases,
            deadline=None,
            database=None,
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
            derandomize=not claim.proving,
        )
        @schemathesis_given(operation.ok())  # type: ignore[untyped-decorator]
        def holds(case: Any) -> None:
            case.call_and_validate(headers=HEADERS, checks=CHECKS)

        holds()
    assert {"POST /api/v1/screenings", "GET /api/v1/sources", "POST /api/v1/token"} <= set(seen)


def schemathesis_given(operation: Any) -> Any:
    from hypothesis import given

    return given(case=operation.as_strategy())


@pytest.mark.django_db(databases=["default", "protection"])
def test_every_error_is_a_problem_document() -> None:
    cast.adopt()
    browser = Browser()
    for answer in (
        browser.post("/api/v1/screenings", data={}, content_type="application/json"),
        browser.get("/api/v1/sources"),
        browser.get("/api/v1/batches/00000000-0000-0000-0000-000000000000"),
    ):
        assert answer["Content-Type"] == "application/problem+json"
        assert set(answer.json()) == {"type", "title", "status", "code", "params"}
        assert not answer.json()["title"].startswith("[")
