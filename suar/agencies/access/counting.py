"""A copy of the database that only reads, for what is counted over much and shown as of a moment ago (decision 0049).

No advice, no decision, nothing about a person and no list of work comes from it: what the primary knows and the copy not yet would be missing.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TypeVar

from django.db import InterfaceError, OperationalError, connections, transaction

from suar.vault.queries import DEFAULT
from suar.vault.queries.prepared import prepared

T = TypeVar("T")
COPY = "copy"  # in the settings where DATABASE_COPY_URL names one
#: The worker commits twice a minute at least: a copy that repeated nothing for so long does not keep up.
LATE = timedelta(seconds=60)
RESTS_S = 30  # one that failed or is late is not asked again before that

EYES = "SELECT coalesce(current_setting('suar.may_read', true), ''), coalesce(current_setting('suar.agency', true), '')"
LOOK = """
SELECT set_config('suar.may_read', %b, true), set_config('suar.agency', %b, true),
    CASE WHEN pg_is_in_recovery() THEN pg_last_xact_replay_timestamp() END
"""


class TooLate(OperationalError):
    """The copy is no standby, or does not keep up."""


class Rest:
    """Until when this process leaves its copy alone."""

    until = 0.0


def counted(at: datetime, work: Callable[[str], T]) -> T:
    """What `work` reads at `at` from the copy, under the eyes that this transaction has; from the primary where there is no copy, or it fails or is late.

    `work` takes the alias to read from, may be called twice, and writes nothing. Asserts that it runs in a transaction, inside a door.
    """
    assert connections[DEFAULT].in_atomic_block, "a door is opened for one transaction"
    if COPY in connections and time.monotonic() >= Rest.until:
        try:
            with transaction.atomic(using=COPY):
                look(at)
                return work(COPY)
        except (OperationalError, InterfaceError) as error:
            Rest.until = time.monotonic() + RESTS_S
            logging.getLogger("suar").warning("the copy that only reads is left alone: %s", type(error).__name__)
    return work(DEFAULT)


def look(at: datetime) -> None:
    """Tell the copy whose rows may be seen. Raises TooLate."""
    [eyes] = prepared(EYES)
    [(_, _, repeated)] = prepared(LOOK, eyes, wall=COPY)
    if repeated is None or at - repeated > LATE:
        raise TooLate()
