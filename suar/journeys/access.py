"""The doors of journeys: the placements that a KP2MI office has to verify."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from suar.agencies.access import enter
from suar.agencies.queries import desk
from suar.core.act import Act
from suar.journeys.queries import Step, to_verify

PROVINCE = 2  # digits of a region's code that name its province: a BP3MI answers for one
MOST = 200


@transaction.atomic
def placements_for(act: Act) -> list[Step]:
    """Placements before departure of people of this office's province, newest first: codes and days, no person opened."""
    enter(act, "placement.list")
    return to_verify(province_of(act), limit=MOST)


def open_placement(reference: str, act: Act) -> bool:
    """Whether this reference is a placement on the list of this act's office. Runs inside a door."""
    try:
        step = UUID(reference)
    except ValueError:
        return False
    return act.purpose == "placement_verification" and bool(to_verify(province_of(act), limit=1, of=step))


def province_of(act: Act) -> str:
    """The province whose people this desk's office looks after; "" for a desk that nobody knows, and then nothing is found."""
    place = desk(act.desk)
    return place.office.region[:PROVINCE] if place else ""
