"""Something that was weighed has changed, or a source that was silent may answer now: the question is asked again as it was."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from uuid import UUID

from django.db import transaction

from suar.core.act import Act
from suar.screening import access
from suar.screening.actions.again import Again, still_open
from suar.screening.actions.ask import screen
from suar.screening.actions.question import Asked
from suar.screening.queries import PURPOSES


def ask_again(screening_id: UUID, *, act: Act, elapsed_ms: Callable[[], int]) -> UUID:
    """Answer the same question with what is known now; returns the newer screening. Who was set apart stays apart.

    Refuses: NotFound; Superseded, Decided.
    """
    with transaction.atomic():
        screening = access.screening_for(act, screening_id, door="screening.make")
        still_open(screening)
        body = access.body_of(screening)
    asked = Asked(**body["asked"])
    again = Again(of=screening_id, door="screening.make", because="register", apart=tuple(body.get("apart", ())))
    act = replace(act, reference=asked.reference, purpose=PURPOSES[asked.purpose])
    return screen(asked, act=act, client=str(act.actor), key="", elapsed_ms=elapsed_ms, again=again)
