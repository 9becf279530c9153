"""An endpoint that two engineers have opened, events for it, and the deliverer at work in a thread."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable, Coroutine, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.db import connection, connections, transaction

from suar.agencies.models import Agreement
from suar.core.act import Act
from suar.exchange.actions import publish
from suar.exchange.actions.endpoint import Wished, propose_endpoint, rule_on_endpoint
from suar.exchange.events import Happened
from suar.exchange.jobs.webhooks import deliver
from suar.exchange.queries.events import event_id
from suar.policies.models import Version
from suar.site.auth import now, system_act
from tests import cast
from tests.site.running.waiting import wait_until

#: Lia is Eko's colleague: what one proposes the other confirms.
LIA = cast.Seat("lia", "Lia Permata", "integration_engineer", "suar", "SIMPUL", "TEKNIS-2", "engineering")
LOOPBACK = ("127.0.0.0/16",)
AGENCY = "kp2mi"
QUICK = {
    "waits_s": [0], "jitter_permille": 0, "dead_after_s": 60, "retry_after_most_s": 86400, "in_flight": 8, "parked": 500, "whole_ms": 1500,
    "answer_bytes": 4096, "pauses_s": [0],
}  # fmt: skip


def eko(**more: Any) -> Act:
    return cast.act(cast.EKO, at=now(), **more)


def lia(**more: Any) -> Act:
    return cast.act(LIA, at=now(), **more)


def quick(**changes: Any) -> None:
    """Another manner of delivery, in force from now."""
    Version.objects.create(
        id=uuid4(), name="sharing/webhooks", sha256=uuid4().hex * 2, content=QUICK | changes, in_force_from=now() - timedelta(milliseconds=1),
        adopted_by=uuid4(), reason="tests",
    )  # fmt: skip


def prepared(**changes: Any) -> None:
    """Policies, and an agreement under which Immigration's accepted records are told to KP2MI."""
    cast.adopt()
    quick(**changes)
    agreed()


def agreed(
    *, until: datetime | None = None, giver: str = "imigrasi", events: Sequence[str] = ("record.accepted",)
) -> UUID:
    made = cast.agree(giver, AGENCY, ["departure_screening"], at=now(), days=185)
    Agreement.objects.filter(id=made.id).update(events=list(events), **({"until_at": until} if until else {}))
    return made.id


def wished(url: str, **more: Any) -> Wished:
    told: dict[str, Any] = {
        "agency": AGENCY, "url": url, "networks": LOOPBACK, "from_at": now() - timedelta(hours=1), "until_at": now() + timedelta(days=90),
    }  # fmt: skip
    return Wished(**(told | more))


def opened(url: str, **more: Any) -> UUID:
    """An endpoint that Eko proposed and Lia confirmed."""
    made = propose_endpoint(wished(url, **more), act=eko())
    rule_on_endpoint(made, "confirmed", act=lia())
    return made


def happened(
    thing: UUID | None = None, subject: UUID | None = None, kind: str = "record.accepted", giver: str = "imigrasi"
) -> UUID:
    with transaction.atomic():
        return publish(
            Happened(type=kind, giver=giver, thing=thing or uuid4(), subject=subject, classes=("passport",), effect="accepted"), system_act("tests")
        )  # fmt: skip


def ids(events: Sequence[UUID]) -> list[str]:
    """How the receiver knows these events."""
    return [event_id(AGENCY, event) for event in events]


@contextlib.contextmanager
def at_work(job: Callable[[Callable[[], bool]], Coroutine[Any, Any, None]]) -> Iterator[None]:
    """A job of the relay's program in a thread of this process; at the end it finishes what is in its hands."""
    stop = threading.Event()

    def run() -> None:
        asyncio.run(job(stop.is_set))
        connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(timeout=60)
        assert not thread.is_alive()


def delivering() -> contextlib.AbstractContextManager[None]:
    """The deliverer at work."""
    return at_work(lambda stop: deliver(stop, lambda: system_act("webhooks")))


def rows(words: str, *told: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(words, list(told))
        return list(cursor.fetchall())


def waiting() -> int:
    return int(rows("SELECT count(*) FROM exchange_delivery WHERE dead_at IS NULL")[0][0])


def dead() -> dict[UUID, str]:
    return dict(rows("SELECT event, reason FROM exchange_delivery WHERE dead_at IS NOT NULL"))


def receipts() -> list[UUID]:
    return [row[0] for row in rows("SELECT event FROM exchange_attempt WHERE outcome = 'acknowledged' ORDER BY id")]


def outcomes(event: UUID) -> list[str]:
    return [row[0] for row in rows("SELECT outcome FROM exchange_attempt WHERE event = %s ORDER BY id", event)]


def acknowledged(events: Sequence[UUID], *, seconds: float = 30) -> None:
    """Wait until each of these has its receipt."""
    wait_until(lambda: set(events) <= set(receipts()), seconds=seconds)
