"""Signed webhooks over real HTTP to a receiver that verifies by itself: what arrives, in which order, and what may never be reached."""

from __future__ import annotations

import time
from collections.abc import Iterator
from uuid import uuid4

import pytest

from suar.vault.queries.webhook import public_keys
from tests import database
from tests.exchange.delivering import (
    AGENCY,
    acknowledged,
    delivering,
    happened,
    ids,
    opened,
    prepared,
    receipts,
    waiting,
)
from tests.exchange.receiver import Answer, Got, Receiver, receiving, verified


@pytest.fixture(autouse=True)
def suar(cloned_database: database.Copy) -> None:
    prepared()


@pytest.fixture
def agency() -> Iterator[Receiver]:
    with receiving() as made:
        yield made


def test_an_event_arrives_signed_under_its_own_id_and_leaves_a_receipt(agency: Receiver) -> None:
    endpoint = opened(agency.url())
    subject = uuid4()
    event = happened(subject=subject)
    with delivering():
        acknowledged([event])
    (got,) = agency.got
    assert got.line == "POST /suar/events?line=1 HTTP/1.1"
    assert verified(got.head, got.body, public_keys(endpoint), at=time.time()) == ids([event])[0] == got.event["id"]
    assert got.event["type"] == "id.suar.record.accepted" and got.event["specversion"] == "1.0"
    assert str(event) not in got.body.decode() and str(subject) not in got.body.decode()
    assert receipts() == [event] and waiting() == 0
