"""`suar screen`: one screening at the terminal, by the same function as desk and API, under the posting of a demo officer.

Only while Suar trains: in earnest an officer proves who he is at the desk, and a system with its key at the API.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from pydantic import ValidationError

from suar.agencies.models import Posting
from suar.agencies.queries import postings_of
from suar.core.act import Act
from suar.core.errors import Refusal
from suar.screening.access import answer_for
from suar.screening.actions.ask import screen as ask
from suar.screening.actions.question import Asked, BadQuestion
from suar.screening.api import ScreeningIn, ScreeningOut
from suar.screening.panels import spoken
from suar.screening.queries import PURPOSES
from suar.site.auth import PURPOSE_OF_KIND, act_under, now, said, stopwatch
from suar.site.demo import OFFICERS
from suar.site.running.home import CannotRun
from suar.site.sentences import known, say
from suar.site.terminal.printing import answer_text

#: The kind of desk at which a purpose of DESIGN 8 is usually asked.
DESK_OF = {"passport_application": "passport", "departure": "departure", "prelist": "departure"}


@dataclass(frozen=True, slots=True)
class Seat:
    """A demo officer at one of his desks."""

    username: str
    posting: Posting


def screen(body: dict[str, Any], *, as_json: bool, language: str = "en") -> int:
    """Exit status 0 when there is an answer, 1 when the question was refused; then every fault is said."""
    if not settings.DEMO:
        raise CannotRun(
            "At the terminal only the demo's officers screen. Use the desk page, or POST /api/v1/screenings."
        )
    elapsed_ms = stopwatch()
    at = now()
    seat = seat_for(str(body["purpose"]), str(body.get("desk", "")), str(body.get("officer", "")))
    told = {"desk": seat.posting.desk_id, "reference": f"TERMINAL {at:%Y-%m-%d}"} | {k: v for k, v in body.items() if v}
    try:
        asked = asked_from(told)
        act = act_under(seat.posting, purpose=PURPOSES[asked.purpose], reference=asked.reference, at=at)
        answer = answered(asked, act, elapsed_ms)
    except Refusal as no:
        for line in refusal_lines(no, language):
            print(line, file=sys.stderr)
        return 1
    if as_json:
        print(json.dumps(shaped_as_the_api(answer), ensure_ascii=False, indent=1))
    else:
        print(answer_text(answer, language, by=f"{seat.posting.officer.full_name}, {seat.posting.desk.name}"))
    return 0


def asked_from(told: Mapping[str, Any]) -> Asked:
    """The question as the API reads it. Raises CannotRun with each field that is too long or not known."""
    try:
        read = ScreeningIn.model_validate(told)
    except ValidationError as wrong:
        lines = (f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in wrong.errors())
        raise CannotRun("\n".join(lines)) from wrong
    return Asked(**read.model_dump())


def answered(asked: Asked, act: Act, elapsed_ms: Any) -> dict[str, Any]:
    made = ask(asked, act=act, client=str(act.actor), key="", elapsed_ms=elapsed_ms)
    return spoken(answer_for(act, made, first=True), said)


def shaped_as_the_api(answer: Mapping[str, Any]) -> dict[str, Any]:
    """Exactly the body that POST /api/v1/screenings answers with."""
    return ScreeningOut.model_validate(dict(answer)).model_dump(mode="json")


def seat_for(purpose: str, desk: str, officer: str) -> Seat:
    """The first demo officer whose posting fits. Raises CannotRun with the seats that there are."""
    seats = demo_seats()
    fitting = [
        seat
        for seat in seats
        if officer in {"", seat.username}
        and desk in {"", seat.posting.desk_id}
        and (officer or desk or seat.posting.desk.kind == DESK_OF[purpose])
    ]
    if not fitting:
        lines = (f"  --officer {s.username} --desk {s.posting.desk_id} ({s.posting.role})" for s in seats)
        raise CannotRun("No demo officer sits there. There are:\n" + "\n".join(lines))
    return fitting[0]


def demo_seats() -> list[Seat]:
    """Every posting of the demo's officers that is in force, in the order of the demo's list."""
    people = {one.get_username(): one.pk for one in get_user_model()._default_manager.all()}
    at = now()
    return [
        Seat(username, posting)
        for username, *_ in OFFICERS
        if username in people
        for posting in postings_of(people[username], at)
        if posting.desk.kind in PURPOSE_OF_KIND
    ]


def refusal_lines(no: Refusal, language: str) -> list[str]:
    """What was refused, and every fault of a question that cannot be read, with its field."""
    code = f"problem.{no.code}" if known(f"problem.{no.code}") else no.code
    lines = [say(code, no.params, language)]
    if isinstance(no, BadQuestion):
        lines += [f"  {fault.field}: {say(fault.code, fault.params, language)}" for fault in no.faults]
    return lines
