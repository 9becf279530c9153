"""The first pages: log-in, the seat, the lock, my work."""

from __future__ import annotations

import pytest
from django.test import Client

from suar.audit.models import Entry
from tests import cast

pytestmark = pytest.mark.django_db(databases=["default", "protection"])


@pytest.fixture(autouse=True)
def policies(db: None) -> None:
    cast.adopt()


def logged_in(username: str, password: str, client: Client | None = None, **more: str) -> tuple[Client, object]:
    client = client or Client()
    return client, client.post("/login/", {"username": username, "password": password, **more})


def test_bima_logs_in_and_sits_at_his_only_desk_and_the_log_says_so() -> None:
    cast.seated(cast.BIMA)
    client, answer = logged_in("bima", cast.PASSWORD)
    assert answer.status_code == 302 and answer["Location"] == "/"
    page = client.get("/").content.decode()
    assert "CGK-A1" in page and "Bima Prasetyo" in page and "/meja/" in page
    assert Entry.objects.filter(what="officer.logged_in").count() == 1
