"""Make the advice of a stored screening again, from what was stored alone, and hold both side by side."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction

from suar.agencies.access import as_hub
from suar.audit.actions import append
from suar.core.act import Act
from suar.core.advice.grounds import advised_on
from suar.core.canonical import canonical
from suar.core.errors import NotFound, Refusal
from suar.screening.access import body_of
from suar.screening.actions.ask import advised_as_json
from suar.screening.actions.grounds import read_grounds, weighers
from suar.screening.models import Screening


class NoGrounds(Refusal):
    """The screening is older than the keeping of its facts, or one of its tables is not there: it cannot be made again."""

    code = "replay.no_grounds"
    status = 422


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """What was stored and what comes out now: both advices, and every place where they differ."""

    screening: UUID
    stored: str
    again: str
    differing: tuple[str, ...]  # places in the answer, never values

    @property
    def identical(self) -> bool:
        return not self.differing


@transaction.atomic
def replay(screening: UUID, *, act: Act) -> Replayed:
    """Weigh the stored facts once more by the stored versions of policy; identical means byte by byte. Leaves a trace in the log.

    Refuses: NotFound; NoGrounds.
    """
    as_hub()
    found = Screening.objects.filter(id=screening).first()
    if found is None:
        raise NotFound()
    done = compared(screening, body_of(found))
    append("screening.replayed", act, about=[screening], identical=done.identical)
    return done


def replay_last(many: int, *, act: Act) -> Iterator[Replayed | UUID]:
    """The newest screenings, one after another; of one that cannot be made again only its id. One trace in the log for them all."""
    with transaction.atomic():
        as_hub()
        append("screening.replayed", act, last=many)
        for found in Screening.objects.order_by("-id")[:many].iterator(chunk_size=500):
            try:
                yield compared(found.id, body_of(found))
            except NoGrounds:
                yield found.id


def compared(screening: UUID, body: dict[str, Any]) -> Replayed:
    """The same for a body that is open already. Refuses: NoGrounds."""
    stored, again = body["advised"], advised_again(body)
    same = canonical(stored) == canonical(again)
    return Replayed(
        screening=screening,
        stored=stored["advice"],
        again=again["advice"],
        differing=() if same else tuple(places(stored, again, "")),
    )


def advised_again(body: dict[str, Any]) -> dict[str, Any]:
    kept = read_grounds(body)
    if kept is None:
        raise NoGrounds()
    try:
        rules, policy = weighers(kept.tables)
    except LookupError as missing:
        raise NoGrounds() from missing
    return advised_as_json(advised_on(kept.grounds, rules, policy))


def places(one: Any, other: Any, where: str) -> Iterator[str]:
    """Each place where two answers differ, as `reasons.0.weight`."""
    if isinstance(one, dict) and isinstance(other, dict):
        for name in sorted({*one, *other}):
            yield from places(one.get(name), other.get(name), f"{where}.{name}".lstrip("."))
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        for at, (left, right) in enumerate(zip(one, other, strict=True)):
            yield from places(left, right, f"{where}.{at}")
    elif one != other:
        yield where
