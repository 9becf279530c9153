"""`suar replay-screening`: a stored advice made again from its stored facts and its own versions of policy, and held beside what was stored.

For whoever runs the hub and answers the auditor; each run leaves an entry in the log. It prints codes and places, never a fact's value.
"""

from __future__ import annotations

from uuid import UUID

from suar.core.errors import NotFound
from suar.screening.actions.replay import NoGrounds, Replayed, replay, replay_last
from suar.site.auth import system_act
from suar.site.running.home import CannotRun
from suar.site.sentences import say


def replay_screening(id_: str | None, *, last: int | None = None) -> int:
    """Exit status 0 when all are identical, 1 when one differs or cannot be made again."""
    act = system_act("replay-screening")
    if last:
        return many(last)
    try:
        done = replay(UUID(str(id_)), act=act)
    except ValueError as error:
        raise CannotRun(f"{id_} is no id of a screening.") from error
    except NotFound as error:
        raise CannotRun(f"No screening has the id {id_}.") from error
    except NoGrounds as no:
        print(say(no.code, language="en"))
        return 1
    print(told(done))
    return 0 if done.identical else 1


def many(last: int) -> int:
    identical, differing, unable = 0, 0, 0
    for done in replay_last(last, act=system_act("replay-screening")):
        if isinstance(done, UUID):
            unable += 1
        elif done.identical:
            identical += 1
        else:
            differing += 1
            print(told(done))
    print(
        f"{identical + differing + unable:,} screenings: {identical:,} identical, {differing:,} differ, {unable:,} without their grounds"
    )
    return 1 if differing or unable else 0


def told(done: Replayed) -> str:
    if done.identical:
        return f"{done.screening}: identical ({done.stored})"
    places = "".join(f"\n  {place}" for place in done.differing)
    return f"{done.screening}: differs, {done.stored} was stored and {done.again} comes out{places}"
