"""Asking the civil register: the ask is audited first, outside any other transaction, and its silence is an answer of its own. A desk's question
is put beside what is read meanwhile.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connections

from suar.core.act import Act
from suar.core.advice.sources import SourceHealth, SourceState
from suar.core.identity.person import Description
from suar.intake.connectors.dukcapil import CivilAnswer as CivilAnswer
from suar.intake.connectors.dukcapil import ask, nobody
from suar.intake.queries.asking import Asking, put_question
from suar.intake.queries.mappings import sources
from suar.vault.queries import DEFAULT
from suar.vault.queries.prepared import written

SOURCE = "dukcapil"
ASKED_ABOUT = ("nik", "full_name", "birth_date", "mother_name", "sex")


def ask_dukcapil(
    described: Description, addresses: dict[str, dict[str, str]], *, act: Act, patient: bool = False
) -> CivilAnswer:
    """What Dukcapil says of this NIK and these values, within the time that policy gives it; a longer one where nobody waits."""
    return unasked(described, addresses) or put_to_dukcapil(described, addresses, act=act, patient=patient)()


def asking_dukcapil(
    described: Description, addresses: dict[str, dict[str, str]], *, act: Act
) -> Callable[[], CivilAnswer]:
    """Put the question beside what the caller does meanwhile; whoever calls what this gives back waits for the answer.

    It goes by a connection of its own, so its entry in the log is committed before a word leaves. Inside a transaction it is put at once
    and not beside it: what stands in that transaction another connection does not see.
    """
    if silent := unasked(described, addresses):
        return lambda: silent
    question = put_to_dukcapil(described, addresses, act=act)
    if connections[DEFAULT].in_atomic_block:
        answer = question()
        return lambda: answer
    return beside().submit(apart, question).result


def unasked(described: Description, addresses: dict[str, dict[str, str]]) -> CivilAnswer | None:
    """The answer of somebody who need not, or cannot, be asked."""
    if len(described.nik) != 16:
        return nobody("not_asked")
    return None if SOURCE in addresses else nobody("unreachable", "source.not_set_up")


def put_to_dukcapil(
    described: Description, addresses: dict[str, dict[str, str]], *, act: Act, patient: bool = False
) -> Callable[[], CivilAnswer]:
    """The question, ready to be put by any thread: policy is read here, in the caller's."""
    words = sources(act.at)[SOURCE].reach

    def put(seconds: float) -> tuple[CivilAnswer, str]:
        answer = ask(described, addresses[SOURCE], words, seconds=seconds)
        note(answer, act.at)
        return answer, answer.fault

    asking = Asking(source=SOURCE, what="civil.asked", fields=ASKED_ABOUT, words=words)
    return lambda: put_question(asking, put, lambda fault: nobody("unreachable", fault), act=act, patient=patient)


@functools.cache
def beside() -> ThreadPoolExecutor:
    """As many threads as may have a question under way, so that none waits for another's. Made at first use: a forked program has its own."""
    return ThreadPoolExecutor(settings.THREADS, thread_name_prefix="civil")


def apart(question: Callable[[], CivilAnswer]) -> CivilAnswer:
    """Its connection goes back at once: this thread's next question may be long in coming."""
    try:
        return question()
    finally:
        connections.close_all()


#: That nothing has changed is news once a second: a hundred desks ask in that time, and each would wait for the one row.
NEWS = timedelta(seconds=1)
NOTE = """
INSERT INTO intake_source (source, stream, tried_at, ok_at, failing_since, fault, newest_at)
SELECT %(source)s, '', %(at)s::timestamptz, %(good)s::timestamptz, %(bad)s::timestamptz, %(fault)s, %(good)s::timestamptz
WHERE NOT EXISTS (
    SELECT FROM intake_source WHERE source = %(source)s AND stream = '' AND fault = %(fault)s
    AND tried_at BETWEEN %(at)s::timestamptz - interval '1 second' AND %(at)s::timestamptz + interval '1 second'
)
ON CONFLICT (source, stream) DO UPDATE SET tried_at = excluded.tried_at, ok_at = COALESCE(excluded.ok_at, intake_source.ok_at),
    newest_at = COALESCE(excluded.newest_at, intake_source.newest_at), fault = excluded.fault,
    failing_since = CASE WHEN excluded.fault = '' THEN NULL ELSE COALESCE(intake_source.failing_since, excluded.failing_since) END
"""


_noted: dict[str, tuple[str, datetime]] = {}  # database -> what this program has kept last, and committed


def note(answer: CivilAnswer, at: datetime) -> None:
    """Keep how the last ask went, for source health."""
    connection = connections[DEFAULT]
    name, bad = str(connection.settings_dict["NAME"]), answer.outcome == "unreachable"
    fault, last = _noted.get(name, (None, at))
    if fault == answer.fault and abs(at - last) < NEWS and not connection.in_atomic_block:
        return
    _noted[name] = (answer.fault, at)
    written(
        NOTE,
        {"source": SOURCE, "at": at, "good": None if bad else at, "bad": at if bad else None, "fault": answer.fault},
    )


def state_of_answer(answer: CivilAnswer, at: datetime) -> SourceState:
    """How fresh the civil register is for this screening: asked just now, or not to be had."""
    bad = answer.outcome == "unreachable"
    asked = not bad and answer.outcome != "not_asked"
    return SourceState(
        source=SOURCE,
        state=SourceHealth.UNREACHABLE if bad else SourceHealth.FRESH,
        as_of=at if asked else None,
        age_s=0 if asked else None,
        covers=True,
        since=at if bad else None,
    )
