"""The desk's form as a page gives it: what it starts with, and its lists in the officer's language."""

from __future__ import annotations

from django.utils.translation import get_language

from suar.agencies.access import Request
from suar.agencies.models import Posting
from suar.core.identity.traveller import CERTIFICATES, PAYERS, TICKETS
from suar.screening.forms import Choices, DeskForm
from suar.screening.queries import listed

#: Fields whose answers are a code list of the standard, and those whose few words stand in policy/sentences under a space.
LISTS = {
    "declared_purpose": "travel_purposes",
    "visa_kind": "visa_kinds",
    "job": "jobs",
    "employer_kind": "employer_kinds",
}
FEW = {
    "ticket": ("ticket", TICKETS),
    "payer": ("told", PAYERS),
    "letter_shown": ("told", ("yes", "no")),
    "marriage_certificate": ("certificate", CERTIFICATES),
}


def form_for(request: Request, posting: Posting, purpose: str) -> DeskForm:
    if request.method == "POST":
        return DeskForm(request.POST, choices=choices_of(request))
    return empty(request, start_of(request, posting, purpose))


def empty(request: Request, start: dict[str, str]) -> DeskForm:
    return DeskForm(initial=start, choices=choices_of(request))


def start_of(request: Request, posting: Posting, purpose: str) -> dict[str, str]:
    """What the form starts with. A counter has no paper with a number: the crossing gets one of its own, so one scan and one key do."""
    start = {"purpose": purpose, "lane": posting.desk.lane}
    if purpose == "departure":
        start["reference"] = f"{posting.desk_id}-{request.act().at:%y%m%d-%H%M%S}"
    return start


def choices_of(request: Request) -> Choices:
    """The lists of the form; that of jobs by its words, since nobody knows its order."""
    at, language = request.act().at, (get_language() or "id")[:2]
    lists = {field: listed(name, at, language) for field, name in LISTS.items()}
    lists["job"] = sorted(lists["job"], key=lambda row: row[1].casefold())
    few = {
        field: [(word, capital(request.words(f"{space}.{word}")[language])) for word in said]
        for field, (space, said) in FEW.items()
    }
    return lists | few


def capital(text: str) -> str:
    return text[:1].upper() + text[1:]
