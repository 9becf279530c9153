"""The person page."""

from __future__ import annotations

import re
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from suar.agencies.access import Request
from suar.persons.access import person_for

REFERENCE = re.compile(r"[A-Za-z0-9][A-Za-z0-9./-]{0,63}")


@never_cache
@require_GET
def person(request: Request, person: UUID) -> HttpResponse:
    """Somebody as the sources know him. The reference is the one of the case open at this desk, or the one in the address."""
    asked = request.GET.get("reference", "")
    reference = asked if REFERENCE.fullmatch(asked) else str(request.session.get("reference", ""))
    seen = person_for(request.act(), person, reference)
    return render(
        request, "persons/person.html", {"person": seen.person, "sources": seen.sources, "looked_at": seen.looked_at}
    )
