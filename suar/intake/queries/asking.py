"""The one way in which an agency's own system is asked while somebody waits: audited first, within a budget, past a breaker, and never guessed.

Outside any transaction. What an agency's system says, and how, is its connector's business; a connector gives back its answer and a fault, "" for none.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from suar.audit.actions import append
from suar.core.act import Act
from suar.intake.queries.breaker import RESTING, may_ask, note_outcome

T = TypeVar("T")
#: Where policy says nothing else: five faults in a row, then twenty seconds of rest. A desk asks twice a second, so it is blind for seconds.
USUAL = {"faults": 5, "rest_s": 20}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """What goes to whom: the source, the entry in the log, the classes of what is sent, and policy's words (`budget_ms`, `patience_ms`,
    `breaker`).
    """

    source: str
    what: str
    fields: Sequence[str]
    words: Mapping[str, Any]


def put_question(
    asking: Asking,
    put: Callable[[float], tuple[T, str]],
    silence: Callable[[str], T],
    *,
    act: Act,
    patient: bool = False,
) -> T:
    """What `put` makes of the source's answer within its seconds. `silence` makes the answer of one that is not to be had.

    `patient`: nobody waits, so more time is given, and a source that rests may be asked all the same: it is how a late word comes in.
    """
    words = asking.words
    if not patient and not may_ask(asking.source, act.at):
        return silence(RESTING)
    append(asking.what, act, alone=True, fields=asking.fields, source=asking.source)
    answer, fault = put(int(words["patience_ms" if patient else "budget_ms"]) / 1000)
    note_outcome(asking.source, fault, words.get("breaker", USUAL), act.at)
    return answer
