"""Refusals become HTTP once: problem documents for machines (RFC 9457), a page for people."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from tests import cast

pytestmark = pytest.mark.django_db(databases=["default", "protection"])


@pytest.fixture(autouse=True)
def policies(db: None) -> None:
    cast.adopt()


@pytest.mark.parametrize(
    ("method", "address", "status", "code"),
    [
        ("get", "/api/v1/sources", 401, "auth.needed"),
        ("get", "/api/v1/no/such/address", 404, "not_found"),
        ("get", "/api/nothing", 404, "not_found"),
        ("delete", "/api/v1/sources", 405, "method"),
        ("post", "/api/v1/token", 422, "invalid"),
    ],
)
def test_a_machine_gets_a_problem_document_whatever_was_wrong(
    method: str, address: str, status: int, code: str
) -> None:
    answer: Any = getattr(Client(headers={"accept-language": "en"}), method)(address)
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")
    told = answer.json()
    assert (told["status"], told["code"], told["type"]) == (status, code, f"urn:suar:problem:{code}")
    assert told["title"] and "[" not in told["title"]


def test_a_machine_that_is_not_let_in_is_told_how() -> None:
    assert Client().get("/api/v1/sources")["WWW-Authenticate"] == "Bearer"


def test_a_wrong_method_says_which_are_right() -> None:
    assert "GET" in Client().delete("/api/v1/sources")["Allow"]


@pytest.mark.parametrize(
    ("address", "status", "words"),
    [
        ("/no/such/page", 404, "Tidak ada apa-apa di sini"),
        ("/protection/", 403, "Meja Anda tidak membuka pintu ini"),
        ("/persons/01a1fc79-c080-7f6c-85fa-cf36048cda74/", 422, "Perlu nomor permohonan"),
    ],
)
def test_an_officer_reads_what_happened_what_was_kept_and_what_to_do(address: str, status: int, words: str) -> None:
    answer = cast.browser(cast.ARIF).get(address)
    page = answer.content.decode()
    assert answer.status_code == status and words in page
    assert "Yang tersimpan" in page or "disimpan" in page or "Tidak ada yang berubah" in page
