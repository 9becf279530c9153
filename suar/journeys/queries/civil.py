"""What the civil register says of a number, beside what is kept of it."""

from __future__ import annotations

from collections.abc import Mapping

from suar.vault.queries import token
from suar.vault.queries.prepared import Question, prepared

#: Answers of the civil register that say something of the number itself, by the words that journeys keep.
OF_THE_NUMBER: Mapping[str, str] = {
    "verdicts": "agrees",
    "double": "duplicate",
    "deceased": "deceased",
    "inactive": "inactive",
}
KEPT = "SELECT 1 FROM journeys_civil WHERE token = %b LIMIT 1"


def kept_question(nik: str) -> list[Question]:
    """What `is_news` asks of an answer that agrees, for whoever asks several things in one journey."""
    return [(KEPT, [token("nik", nik)])] if nik else []


def is_news(nik: str, outcome: str) -> bool:
    """Whether an answer of the civil register is to be handed down: that a number is in order is no news, as nearly all are, unless another
    word of it was kept before.
    """
    word = OF_THE_NUMBER.get(outcome, "")
    if not word or not nik:
        return False
    return word != "agrees" or any(prepared(*question) for question in kept_question(nik))
