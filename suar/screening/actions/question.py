"""A question as it is asked, and as it is read: DESIGN 6, step 3."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from suar.core.act import Act
from suar.core.errors import Fault, Refusal
from suar.core.identity.traveller import Traveller, read_traveller
from suar.intake.queries.mappings import region_codes, sources


class BadQuestion(Refusal):
    """What was asked cannot be read; every fault at once, by field."""

    code = "screening.unreadable"
    status = 422

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__()
        self.faults = faults


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """`POST /api/v1/screenings` (DESIGN 8), or the desk's form."""

    purpose: str
    desk: str
    lane: str
    officer: str
    reference: str
    traveller: Mapping[str, str]
    journey: Mapping[str, str]
    answers: Mapping[str, str] = field(default_factory=dict)

    @property
    def told(self) -> dict[str, Any]:
        """As it is kept, and hashed under an idempotency key."""
        return {name: getattr(self, name) for name in QUESTION}


QUESTION = tuple(one.name for one in fields(Asked))


def read_question(asked: Asked, act: Act) -> Traveller:
    """Step 3. Raises BadQuestion with every fault."""
    codes = sources(act.at).codes
    read = read_traveller(
        asked.traveller,
        asked.journey,
        today=act.at.date(),
        regions=region_codes(),
        country_of=codes["countries"].code_of,
        purpose_of=codes["travel_purposes"].code_of,
        coded=lambda name, text: codes[name].code_of(text),
    )
    if not read.ok:
        raise BadQuestion(read.faults)
    return read.get()
