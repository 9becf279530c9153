"""An agency's endpoint: proposed by one person, confirmed by another, corrected by a new wording, closed, and set back to an earlier point."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from ipaddress import ip_address, ip_network
from urllib.parse import urlsplit
from uuid import UUID

from django.db import connection, transaction

from suar.agencies.access import enter
from suar.agencies.queries import agency_codes
from suar.audit.actions import append
from suar.core.act import Act
from suar.core.errors import Conflict, NotFound, Refusal
from suar.core.webhook import may_reach
from suar.exchange.queries.webhooks import Wording, holding, reader_of, wording, wordings_of
from suar.vault.queries import first_id, new_id

LONGEST_URL = 500
#: The widest network that two persons may open at once: one that held the whole of IPv4 would open every door of the hub's own house.
WIDEST = {4: 16, 6: 48}


class EndpointUnfit(Refusal):
    """An address that nothing can be delivered to; the code says why."""

    code = "endpoint.url"
    status = 422


class SecondNeeded(Refusal):
    """Whoever proposed it cannot confirm it."""

    code = "endpoint.second"
    status = 403


class AlreadyRuled(Conflict):
    """Somebody was quicker, or a newer wording is there."""

    code = "endpoint.ruled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wished:
    """What an endpoint is to be. `events` empty: all that are agreed. `networks`: what may be reached besides public addresses."""

    agency: str
    url: str
    events: Sequence[str] = ()
    networks: Sequence[str] = ()
    from_at: datetime
    until_at: datetime


@transaction.atomic(durable=True)
def propose_endpoint(wished: Wished, *, act: Act) -> UUID:
    """Propose a new endpoint; nothing is delivered before a second person confirms it. Refuses: DoorShut, EndpointUnfit."""
    enter(act, "integration.endpoint")
    made = new_id(act.at)
    write(made, made, wished, act=act)
    return made


@transaction.atomic(durable=True)
def correct_endpoint(endpoint: UUID, wished: Wished, *, act: Act) -> UUID:
    """Propose a new wording of an endpoint; the old one holds until it is confirmed. Refuses: DoorShut, NotFound, EndpointUnfit."""
    enter(act, "integration.endpoint")
    known = wordings_of(endpoint)
    if not known or known[0].agency != wished.agency:
        raise NotFound()
    made = new_id(act.at)
    write(made, endpoint, wished, act=act)
    return made


INSERT = """
INSERT INTO exchange_endpoint (id, endpoint, agency, url, events, networks, from_at, until_at, at, by)
VALUES (%s, %s, %s, %s, %s, %s::cidr[], %s, %s, %s, %s)
"""


def write(made: UUID, endpoint: UUID, wished: Wished, *, act: Act) -> None:
    fit(wished)
    with connection.cursor() as cursor:
        cursor.execute(
            INSERT,
            [
                made, endpoint, wished.agency, wished.url, list(wished.events), list(wished.networks), wished.from_at, wished.until_at, act.at,
                act.actor,
            ],
        )  # fmt: skip
    append("endpoint.proposed", act, about=[endpoint, made], agency=wished.agency)


def fit(wished: Wished) -> None:
    """Refuses: EndpointUnfit. What the name leads to is looked at before every delivery; here only what the words themselves show."""
    if wished.agency not in agency_codes():
        raise EndpointUnfit("endpoint.agency")
    for one in wished.networks:
        fit_network(one)
    try:
        url = urlsplit(wished.url)
        host, port = url.hostname, url.port
    except ValueError as error:
        raise EndpointUnfit() from error
    clean = (
        wished.url.isascii() and wished.url.isprintable() and " " not in wished.url and len(wished.url) <= LONGEST_URL
    )
    if (
        not clean
        or url.scheme not in ("https", "http")
        or not host
        or url.username is not None
        or url.fragment
        or port == 0
    ):
        raise EndpointUnfit()
    if url.scheme == "http" and not wished.networks:
        raise EndpointUnfit("endpoint.plain")
    if not literal(host) and numeric(host):
        raise EndpointUnfit()
    if literal(host) and not may_reach(host, wished.networks):
        raise EndpointUnfit("endpoint.private")
    if wished.until_at <= wished.from_at:
        raise EndpointUnfit("endpoint.until")


def fit_network(text: str) -> None:
    try:
        network = ip_network(text)
    except ValueError as error:
        raise EndpointUnfit("endpoint.network") from error
    if network.prefixlen < WIDEST[network.version]:
        raise EndpointUnfit("endpoint.wide")


def literal(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def numeric(host: str) -> bool:
    """Whether a host is an address in disguise, such as 2130706433 or 0x7f.1: no name ends in a number (WHATWG URL)."""
    last = host.rstrip(".").rpartition(".")[2]
    return last.isdigit() or last.startswith("0x")


@transaction.atomic(durable=True)
def rule_on_endpoint(id_: UUID, ruling: str, *, act: Act) -> Wording:
    """Confirm a wording, or decline it. Refuses: DoorShut, NotFound, SecondNeeded, AlreadyRuled."""
    assert ruling in ("confirmed", "declined")
    enter(act, "integration.endpoint")
    found = wording(id_)
    if found is None:
        raise NotFound()
    lock(found.endpoint)
    known = wordings_of(found.endpoint)
    if known[-1].id != id_ or known[-1].ruling:
        raise AlreadyRuled()
    if ruling == "confirmed" and found.by == act.actor:
        raise SecondNeeded()
    first = found.endpoint not in holding(known)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO exchange_endpoint_ruling (wording, made_by, ruling, at, by) VALUES (%s, %s, %s, %s, %s)",
            [id_, found.by, ruling, act.at, act.actor],
        )
    if ruling == "confirmed":
        if first:
            place_at(found.endpoint, found.from_at)
        rested(found.endpoint, act.at)
    append(f"endpoint.{ruling}", act, about=[found.endpoint, id_], agency=found.agency)
    return found


def lock(endpoint: UUID) -> None:
    """Two rulings, or a ruling and the reading of the outbox, never at once for the same endpoint."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [reader_of(endpoint)])


# Behind every transaction that has committed something of that instant or later, and behind every one that still runs.
PLACE = """
INSERT INTO exchange_place (reader, xid, id)
SELECT %s, LEAST(pg_snapshot_xmin(pg_current_snapshot()),
    (SELECT o.xid FROM exchange_outbox o WHERE o.id >= %s ORDER BY o.xid LIMIT 1)), '00000000-0000-0000-0000-000000000000'
ON CONFLICT (reader) DO UPDATE SET xid = excluded.xid, id = excluded.id
"""


def place_at(endpoint: UUID, since: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute(PLACE, [reader_of(endpoint), first_id(since)])


def rested(endpoint: UUID, at: datetime) -> None:
    """A mended endpoint is tried at once."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE exchange_line SET failures = 0, paused_until = %s WHERE endpoint = %s AND paused_until > %s",
            [at, endpoint, at],
        )


@transaction.atomic(durable=True)
def close_endpoint(endpoint: UUID, *, act: Act) -> None:
    """End an endpoint now: one person may always close what two have opened. Refuses: DoorShut, NotFound."""
    enter(act, "integration.endpoint")
    lock(endpoint)
    held = holding(wordings_of(endpoint)).get(endpoint)
    if held is None or held.ended_at:
        raise NotFound()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO exchange_endpoint_end (wording, at, by, why) VALUES (%s, %s, %s, 'closed')",
            [held.id, act.at, act.actor],
        )
    append("endpoint.ended", act, about=[endpoint, held.id], agency=held.agency, why="closed")


@transaction.atomic(durable=True)
def replay_endpoint(endpoint: UUID, since: datetime, *, act: Act) -> None:
    """Read the outbox again from an instant, no earlier than the endpoint's own beginning; every event keeps its id. Refuses: DoorShut,
    NotFound, EndpointUnfit.
    """
    enter(act, "integration.resend")
    lock(endpoint)
    held = holding(wordings_of(endpoint)).get(endpoint)
    if held is None:
        raise NotFound()
    if not held.from_at <= since <= act.at:
        raise EndpointUnfit("endpoint.since")
    place_at(endpoint, since)
    note_replay(endpoint, since, act)
    append("endpoint.replayed", act, about=[endpoint], agency=held.agency, since=since.isoformat())


# Up to the newest row that nobody can overtake any more: what comes later is no part of the replay.
REPLAY = """
INSERT INTO exchange_replay (id, endpoint, at, by, since, end_xid, end_event, rows)
SELECT %(id)s, %(endpoint)s, %(at)s, %(by)s, %(since)s, newest.xid, newest.id,
    (SELECT count(*) FROM exchange_outbox o WHERE (o.xid, o.id) > (p.xid, p.id) AND (o.xid, o.id) <= (newest.xid, newest.id))
FROM exchange_place p, (SELECT xid, id FROM exchange_outbox WHERE xid < pg_snapshot_xmin(pg_current_snapshot())
    UNION ALL SELECT '0'::xid8, '00000000-0000-0000-0000-000000000000'::uuid ORDER BY xid DESC, id DESC LIMIT 1) AS newest
WHERE p.reader = %(reader)s
"""


def note_replay(endpoint: UUID, since: datetime, act: Act) -> None:
    """How far it is to go is written down with it."""
    with connection.cursor() as cursor:
        cursor.execute(
            REPLAY,
            {
                "id": new_id(act.at), "endpoint": endpoint, "at": act.at, "by": act.actor, "since": since, "reader": reader_of(endpoint),
            },
        )  # fmt: skip
