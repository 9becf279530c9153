"""Watch the sources: write down since when each is how it is, so that its promise can be measured afterwards.

What the desks are told at this moment stands in the answer; this is the memory of it. Nothing reads it but the console and the public page.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import connection, transaction

from suar.core.act import Act
from suar.core.advice.sources import SourceHealth, SourceState
from suar.core.standard.mapping import SourceMapping
from suar.intake.queries.health import Stream, asked_coverage, national, streams
from suar.intake.queries.history import never_heard, newest_spells, watched
from suar.intake.queries.mappings import Sources, sources

#: Nobody looked for longer than this: what was between is not known. A worker that is started again is back within a minute.
UNSEEN_AFTER = timedelta(minutes=5)
#: A state that goes on is written down again only so often: each source would else be written every few seconds for nothing.
AGAIN_AFTER = timedelta(seconds=30)
#: The pages show 90 days; a year and a month more lets somebody compare with the same month of the year before.
KEPT = timedelta(days=400)
WATCHING = 7_306_110  # advisory lock: two workers never write one history at once

BEGIN = """
INSERT INTO intake_spell (source, from_at, seen_at, state)
SELECT * FROM unnest(%b::text[], %b::timestamptz[], %b::timestamptz[], %b::text[]) ON CONFLICT (source, from_at) DO NOTHING
"""
SEEN = """
UPDATE intake_spell AS one SET seen_at = told.seen_at
FROM unnest(%b::text[], %b::timestamptz[], %b::timestamptz[]) AS told (source, from_at, seen_at)
WHERE one.source = told.source AND one.from_at = told.from_at AND one.seen_at < told.seen_at
"""


@transaction.atomic
def note_states(*, act: Act) -> None:
    """Write down how each source is now. Doing it twice changes nothing; a state that began between two looks begins when it began."""
    if not alone():
        return
    known = sources(act.at)
    names = watched(known)
    held, before = streams(names), newest_spells(names)
    begun: list[tuple[str, datetime, datetime, str]] = []
    seen: list[tuple[str, datetime, datetime]] = []
    for name in names:
        mapping, of = known[name], held.get(name, [])
        now = national(mapping, held, act.at)
        last = before.get(name)
        if never_heard(now) or (last and last.until >= act.at):
            continue
        if last is None or act.at - last.until > UNSEEN_AFTER:
            begun.append((name, act.at, act.at, now.state.value))
        elif last.state != now.state.value:
            turned = min(max(began(now, of, mapping, act.at), last.until), act.at)
            seen.append((name, last.from_at, turned))
            begun.append((name, turned, act.at, now.state.value))
        elif act.at - last.until >= AGAIN_AFTER:
            seen.append((name, last.from_at, act.at))
    write(seen, begun)
    note_coverage(known, act.at)


def alone() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [WATCHING])
        return bool(cursor.fetchone()[0])


def write(seen: Sequence[tuple[str, datetime, datetime]], begun: Sequence[tuple[str, datetime, datetime, str]]) -> None:
    with connection.cursor() as cursor:
        if seen:
            cursor.execute(SEEN, [list(column) for column in zip(*seen, strict=True)])
        if begun:
            cursor.execute(BEGIN, [list(column) for column in zip(*begun, strict=True)])


def began(now: SourceState, held: Sequence[Stream], mapping: SourceMapping, at: datetime) -> datetime:
    """When the state that a source has now began, as far as its streams tell; by the same limits as the state itself."""
    if now.state is SourceHealth.UNREACHABLE:
        return now.since or at
    oks = [one.ok_at for one in held if one.ok_at]
    newest = [one.newest_at for one in held if one.newest_at]
    if now.state is SourceHealth.FRESH:
        return max([*oks, *newest], default=at)
    late = timedelta(minutes=mapping.stale_after_minutes)
    due = [moment + late for moment in ([min(oks)] if oks else []) + ([max(newest)] if newest else [])]
    return min((moment for moment in due if moment <= at), default=at)


OPEN = "SELECT source, region FROM intake_covered WHERE until_at IS NULL"
COVER = """
INSERT INTO intake_covered (source, region, from_at) SELECT source, region, %b FROM unnest(%b::text[], %b::text[]) AS row (source, region)
ON CONFLICT DO NOTHING
"""
UNCOVER = """
UPDATE intake_covered AS one SET until_at = %b FROM unnest(%b::text[], %b::text[]) AS told (source, region)
WHERE one.source = told.source AND one.region = told.region AND one.until_at IS NULL
"""


def note_coverage(known: Sources, at: datetime) -> None:
    """For which kabupaten each source speaks, where it does not speak for all: as the policy lists them, or as it said when last asked."""
    some = [name for name in watched(known) if not known[name].covers.everywhere]
    asked = asked_coverage([name for name in some if known[name].covers.ask])
    told = {
        (name, region)
        for name in some
        for region in (asked.get(name, frozenset()) if known[name].covers.ask else known[name].covers.kabupaten)
    }
    with connection.cursor() as cursor:
        cursor.execute(OPEN)
        open_now = set(cursor.fetchall())
        for words, pairs in ((COVER, sorted(told - open_now)), (UNCOVER, sorted(open_now - told))):
            if pairs:
                cursor.execute(words, [at, *(list(column) for column in zip(*pairs, strict=True))])


@transaction.atomic
def forget_history(*, act: Act) -> None:
    """Spells and coverage that ended longer ago than anybody is shown."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM intake_spell WHERE seen_at < %s", [act.at - KEPT])
        cursor.execute("DELETE FROM intake_covered WHERE until_at < %s", [act.at - KEPT])
