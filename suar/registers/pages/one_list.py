"""The one list: whose passport was delayed, whose departure prevented, who was brought home, whom KP2MI stopped; joined, searched, printed."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from suar.agencies.access import DoorShut, Request, opens
from suar.core.errors import Fault
from suar.core.identity.nik import read_nik
from suar.core.identity.passport import read_passport_no
from suar.intake.queries.mappings import region_codes
from suar.registers.access.one_list import DOOR, Filter, keeps_registers, numbers_for, one_list_for
from suar.registers.access.one_list_rows import Sought
from suar.registers.forms import OneListForm
from suar.registers.queries.one_list import Place

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
DIGITS = re.compile(r"[0-9]{14,18}")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def one_list(request: Request) -> HttpResponse:
    """Whom one looks for travels in the body, never in an address; which rows of the whole list may stand in one, for it names nobody."""
    act = request.act()
    if not opens(act, DOOR):
        raise DoorShut(door=DOOR)
    keeps, given = keeps_registers(act), str(request.session.get("reference", ""))
    if request.method != "POST" and not keeps:
        form = OneListForm(initial={"reference": given}, for_a_case=True)
        return render(request, "registers/one_list.html", {"form": form, "keeps": False, "asked": False})
    told = request.POST if request.method == "POST" else request.GET
    form = OneListForm({"reference": given, **told.dict()}, for_a_case=not keeps)
    sought = read(form) if form.is_valid() else None
    context: dict[str, Any] = {"form": form, "keeps": keeps, "asked": False}
    if sought is not None:
        context |= shown(request, form, sought)
    if keeps:
        context |= {"numbers": numbers_for(act)}
    return render(request, "registers/one_list.html", context, status=422 if sought is None else 200)


def shown(request: Request, form: OneListForm, sought: Sought) -> dict[str, Any]:
    """What the page shows of an answer."""
    told, act = form.cleaned_data, request.act()
    wanted = Filter(kind=told["kind"], in_force=told["in_force"])
    page = one_list_for(act, sought, wanted, reference=told["reference"], after=place_in(told["after"]))
    if told["reference"] and not keeps_registers(act):
        request.session["reference"] = told["reference"]  # the case that is open at this desk from now on
    after = written(page.after) if page.after else ""
    words = {"kind": wanted.kind, "in_force": "on" if wanted.in_force else "", "after": after}
    onward = "" if sought.typed or not after else "?" + urlencode({name: said for name, said in words.items() if said})
    return {
        "asked": True, "page": page, "typed": sought.typed, "wanted": wanted, "onward": onward, "after": after, "first": not told["after"],
        "narrowed": bool(sought.typed or wanted.kind or wanted.in_force),
        "rows": sum(len(group.rows) + group.marker for group in page.groups), "reference": told["reference"], "at": act.at,
    }  # fmt: skip


def read(form: OneListForm) -> Sought | None:
    """Whom was typed: a NIK, the number of a passport, else a name; None with the faults at their field."""
    typed = " ".join(form.cleaned_data["q"].split())
    plain = re.sub(r"[ .-]", "", typed)
    faults: tuple[Fault, ...] = ()
    if DIGITS.fullmatch(plain):
        nik = read_nik(plain, region_codes())
        if nik.ok:
            return Sought(typed=typed, nik=nik.get().digits)
        faults = nik.faults
    elif re.search("[0-9]", plain):
        number = read_passport_no(plain)
        if number.ok:
            return Sought(typed=typed, passport_no=number.get())
        faults = number.faults
    for fault in faults:
        form.add_error("q", ValidationError(fault.code, code=fault.code))
    return None if faults else Sought(typed=typed, full_name=typed)


def place_in(text: str) -> Place | None:
    """Where the page before ended."""
    moment, _, entry = text.partition("-")
    return (EPOCH + timedelta(microseconds=int(moment)), UUID(entry)) if text else None


def written(place: Place) -> str:
    return f"{(place[0] - EPOCH) // timedelta(microseconds=1)}-{place[1]}"
