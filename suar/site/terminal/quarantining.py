"""`suar quarantine`: stop a source at once, as its first person; the second confirms it on the page. Without a source, what is in quarantine."""

from __future__ import annotations

import sys
from datetime import UTC, datetime

from suar.core.errors import Refusal
from suar.intake.access.quarantines import quarantines_for
from suar.intake.actions.quarantine import stop
from suar.site.auth import system_act
from suar.site.running.home import CannotRun
from suar.site.sentences import say


def quarantine(source: str | None, *, key: str, since: str, reason: str) -> int:
    """Exit status 1 where it was refused."""
    act = system_act("quarantine")
    if source is None:
        return listed()
    try:
        start = datetime.fromisoformat(since)
    except ValueError as why:
        raise CannotRun(f"--from {since}: an instant such as 2026-11-21T08:00:00+07:00.") from why
    if start.tzinfo is None:
        raise CannotRun(f"--from {since}: an instant needs its offset, such as +07:00.")
    try:
        made = stop(source, key, start.astimezone(UTC), reason, act=act)
    except Refusal as error:
        print(say(error.code, error.params, "en"), file=sys.stderr)
        return 1
    print(f"{source} is stopped: what it sends is kept and not read.")
    print(f"A second person, of another agency than the hub's, confirms it: /quarantines/{made}/")
    return 0


def listed() -> int:
    rows = quarantines_for(system_act("quarantine"))["rows"]
    for row in rows:
        whole = row["key"] or "whole source"
        waits = ", being rebuilt" if row["waits"] else ""
        print(
            f"{row['id']}  {row['source']}  {whole}  since {row['since']:%Y-%m-%d %H:%M:%S}Z  {row['state']}{waits}  {row['reason']}"
        )
    print(f"{sum(row['state'] != 'lifted' for row in rows):,} in quarantine")
    return 0
