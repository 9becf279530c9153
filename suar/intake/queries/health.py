"""Source health: could a source have known? Per source and per kabupaten: fresh, stale, unreachable or not_covering, and its age."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.db import connections

from suar.core.advice.sources import SourceHealth, SourceState
from suar.core.standard.mapping import SourceMapping
from suar.intake.queries.mappings import Sources, region_names, sources
from suar.intake.queries.quarantine import since_when
from suar.vault.queries import DEFAULT
from suar.vault.queries.prepared import Question, prepared


@dataclass(frozen=True, slots=True, kw_only=True)
class Stream:
    """How the last pulls of one stream went."""

    source: str
    stream: str
    tried_at: datetime | None
    ok_at: datetime | None
    failing_since: datetime | None
    fault: str
    newest_at: datetime | None


STREAMS = "SELECT source, stream, tried_at, ok_at, failing_since, fault, newest_at FROM intake_source WHERE source = ANY(%b::text[])"


def streams(names: Iterable[str], *, wall: str = DEFAULT) -> dict[str, list[Stream]]:
    found: dict[str, list[Stream]] = {}
    for row in prepared(STREAMS, [list(names)], wall=wall):
        found.setdefault(row[0], []).append(stream_of(row))
    return found


def stream_of(row: tuple[Any, ...]) -> Stream:
    source, stream, tried_at, ok_at, failing_since, fault, newest_at = row
    return Stream(
        source=source, stream=stream, tried_at=tried_at, ok_at=ok_at, failing_since=failing_since, fault=fault, newest_at=newest_at
    )  # fmt: skip


def states_question(at: datetime, *, region: str = "", known: Sources | None = None) -> Question:
    """What `states` asks, for whoever asks several things in one journey."""
    known = known or sources(at)
    return HEARD, [known.names, [name for name in known.names if known[name].covers.ask], region[:4]]


def states(at: datetime, *, region: str = "", known: Sources | None = None) -> list[SourceState]:
    """The state of every record source for somebody who lives in `region` (kabupaten digits); unknown residence takes the worst state."""
    known = known or sources(at)
    unbelieved = since_when()
    held, covered = heard(states_question(at, region=region, known=known))
    found = []
    for name in known.names:
        mapping = known[name]
        if mapping.reach.get("connector") == "answers" or sealed(mapping):
            continue
        state = state_of(mapping, held.get(name, []), covered.get(name, frozenset()), region, at)
        found.append(in_quarantine(state, unbelieved.get(name), at))
    return found


HEARD = f"""
{STREAMS}
UNION ALL SELECT source, region, NULL, NULL, NULL, NULL, NULL FROM intake_connected WHERE source = ANY(%b::text[]) AND region = %b AND connected
"""


def heard(question: Question) -> tuple[dict[str, list[Stream]], dict[str, frozenset[str]]]:
    """Both of `streams`, and of `asked_coverage` whether it covers this region, in one question, as every desk asks for both."""
    held: dict[str, list[Stream]] = {}
    covered: dict[str, frozenset[str]] = {}
    for row in prepared(*question):
        if row[5] is None:  # a stream's fault is never unknown
            covered[row[0]] = frozenset({row[1]})
        else:
            held.setdefault(row[0], []).append(stream_of(row))
    return held, covered


def sealed(mapping: SourceMapping) -> bool:
    """Whether all that a source sends lies behind the wall: then it has no state, count or chip outside it (DESIGN 7)."""
    return bool(mapping.kinds) and all(kind.kind.protection == "always" for kind in mapping.kinds.values())


def in_quarantine(state: SourceState, since: datetime | None, at: datetime) -> SourceState:
    """The state of a source whose word since an instant is not read, or not believed: it cannot know, and what is known of it is as old."""
    if since is None:
        return state
    as_of = min(state.as_of, since) if state.as_of else None
    health = state.state if state.state is SourceHealth.NOT_COVERING else SourceHealth.UNREACHABLE
    age = int((at - as_of).total_seconds()) if as_of else None
    return replace(state, state=health, as_of=as_of, age_s=age, since=since, quarantined=True)


def state_of(
    mapping: SourceMapping, held: list[Stream], asked: frozenset[str], region: str, at: datetime
) -> SourceState:
    covers = covers_region(mapping, asked, region)
    oks = [stream.ok_at for stream in held if stream.ok_at]
    as_of = min(oks) if held and len(oks) == len(held) else None
    failing = [stream.failing_since for stream in held if stream.failing_since]
    newest = [stream.newest_at for stream in held if stream.newest_at]
    age = int((at - as_of).total_seconds()) if as_of else -1
    quiet = bool(newest) and at - max(newest) > timedelta(minutes=mapping.stale_after_minutes)
    since: datetime | None = None
    if not covers:
        health = SourceHealth.NOT_COVERING
    elif failing or as_of is None:
        health, since = SourceHealth.UNREACHABLE, min(failing, default=None)
    elif age > mapping.stale_after_minutes * 60 or quiet:
        health, since = SourceHealth.STALE, max(newest) if quiet else as_of
    else:
        health = SourceHealth.FRESH
    return SourceState(
        source=mapping.source, state=health, as_of=as_of, age_s=age if as_of else None, covers=covers, since=since
    )


def covers_region(mapping: SourceMapping, asked: frozenset[str], region: str) -> bool:
    """Whether the source speaks for this kabupaten/kota. Somebody whose residence nobody knows may live where it does not."""
    coverage = mapping.covers
    if coverage.everywhere:
        return True
    held = asked if coverage.ask else coverage.kabupaten
    return region[:4] in held if len(region) >= 4 else False


CONNECTED = "SELECT source, region FROM intake_connected WHERE source = ANY(%b::text[]) AND connected"


def asked_coverage(names: list[str]) -> dict[str, frozenset[str]]:
    """What sources say of their own coverage, as last asked (`intake/jobs/pull`)."""
    if not names:
        return {}
    found: dict[str, set[str]] = {}
    for source, region in prepared(CONNECTED, [names]):
        found.setdefault(source, set()).add(region)
    return {name: frozenset(regions) for name, regions in found.items()}


COUNTS = """
SELECT source, sum(sent), sum(accepted), sum(remarked), sum(returned), sum(unchanged), sum(quarantined), sum(older),
       count(*) FILTER (WHERE state = 'stopped'), count(*) FILTER (WHERE state = 'kept')
FROM intake_batch GROUP BY source
"""
COUNTED = ("sent", "accepted", "remarks", "returned", "unchanged", "quarantined", "older", "stopped", "waiting")


def counts(*, wall: str = DEFAULT) -> dict[str, dict[str, int]]:
    """Per source: sent = accepted + remarks + returned + unchanged, always (a constraint of the table)."""
    with connections[wall].cursor() as cursor:
        cursor.execute(COUNTS)
        return {source: dict(zip(COUNTED, map(int, rest), strict=True)) for source, *rest in cursor.fetchall()}


def open_findings(*, source: str = "", wall: str = DEFAULT) -> list[dict[str, Any]]:
    with connections[wall].cursor() as cursor:
        cursor.execute(
            "SELECT source, stream, kind, code, field, params, opened_at, seen_at, times, batch FROM intake_finding"
            " WHERE closed_at IS NULL AND (%s::text = '' OR source = %s::text) ORDER BY opened_at DESC",
            [source, source],
        )
        names = ("source", "stream", "kind", "code", "field", "params", "opened_at", "seen_at", "times", "batch")
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    import json

    return [
        row | {"params": json.loads(row["params"]) if isinstance(row["params"], str) else row["params"]} for row in rows
    ]


SPARK = """
SELECT source, floor(extract(epoch FROM (%s - received_at)) / 3600)::int AS hour, sum(sent)
FROM intake_batch WHERE received_at > %s GROUP BY 1, 2
"""


def page(at: datetime) -> list[dict[str, Any]]:
    """The rows of the health page: one a source, with counts, coverage, the last fault and what to do about it."""
    known = sources(at)
    held, counted = streams(known.names), counts()
    spark = sparks(at)
    by_source: dict[str, dict[str, Any]] = {}
    for finding in reversed(open_findings()):
        by_source[finding["source"]] = finding
    rows = []
    for state in states(at, region="0000", known=known):
        mapping = known[state.source]
        whole = (
            state_of(mapping, held.get(state.source, []), frozenset(), "", at)
            if mapping.covers.everywhere
            else national(mapping, held, at)
        )
        whole = in_quarantine(whole, state.since if state.quarantined else None, at)
        of = held.get(state.source, [])
        newest = max((s.newest_at for s in of if s.newest_at), default=None)
        finding = by_source.get(state.source)
        fault = next((s.fault for s in of if s.fault), finding["code"] if finding else "")
        rows.append(
            {
                "source": state.source,
                "agency": mapping.agency,
                "name": {"id": mapping.name.id, "en": mapping.name.en},
                "state": whole.state.value,
                "quarantined": whole.quarantined,
                "since": whole.since.isoformat() if whole.quarantined and whole.since else "",
                "as_of": whole.as_of.isoformat() if whole.as_of else "",
                "age_s": whole.age_s or 0,
                "lag_s": int((at - newest).total_seconds()) if newest else None,
                "last_good": newest.isoformat() if newest else "",
                "last_fault_code": fault,
                "last_fault_params": finding["params"] if finding else {},
                "what_to_do_code": f"todo.{fault}" if fault else "",
                "spark": spark.get(state.source, [0] * 24),
                "counts": counted.get(state.source, dict.fromkeys(COUNTED, 0)),
                "coverage": coverage(mapping, whole, at),
            }
        )
    return rows


def national(mapping: SourceMapping, held: dict[str, list[Stream]], at: datetime) -> SourceState:
    """How the source is where it does cover."""
    somewhere = "0000" if mapping.covers.ask else min(mapping.covers.kabupaten, default="0000")
    return state_of(mapping, held.get(mapping.source, []), frozenset({somewhere}), somewhere, at)


def sparks(at: datetime) -> dict[str, list[int]]:
    with connections[DEFAULT].cursor() as cursor:
        cursor.execute(SPARK, [at, at - timedelta(hours=24)])
        found: dict[str, list[int]] = {}
        for source, hour, sent in cursor.fetchall():
            if 0 <= hour < 24:
                found.setdefault(source, [0] * 24)[23 - hour] = int(sent)
    return found


def coverage(mapping: SourceMapping, whole: SourceState, at: datetime) -> list[dict[str, Any]]:
    """Per kabupaten/kota of a source that does not speak for all of them; empty for one that does."""
    if mapping.covers.everywhere:
        return []
    asked = (
        asked_coverage([mapping.source]).get(mapping.source, frozenset())
        if mapping.covers.ask
        else mapping.covers.kabupaten
    )
    names = region_names()
    return [
        {"region": code, "name": names[code], "state": whole.state.value if code in asked else "not_covering"}
        for code in sorted(code for code in names if len(code) == 4)
    ]
