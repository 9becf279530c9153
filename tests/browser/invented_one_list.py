"""The one list as its page is given it, all invented."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from suar.registers.access.one_list import Filter, Numbers, Page
from suar.registers.access.one_list_rows import Group, Sought, row_of
from suar.registers.forms import OneListForm
from suar.registers.queries.one_list import Row
from tests.browser.invented import SOURCES
from tests.cast import NOON, hub

LAWS = {
    "exit_ban": "UU 6/2011 Ps 91-97; UU 63/2024 Ps 97(1); Permenimipas 13/2025",
    "departure_deferral": "UU 6/2011 Ps 9",
    "passport_postponement": "Permenkumham 8/2014 jo 18/2022",
    "prevention": "UU 18/2017 Ps 72",
    "repatriation": "UU 18/2017 Ps 24",
}
MOMENT = timedelta(microseconds=1)
WHO = "0193a1f2-1111-7d5a-9c3b-2f1f3d6f9a10"


def row(
    kind: str,
    source: str,
    number: str,
    reason: str,
    ago: float,
    lasts: timedelta,
    authority: str,
    state: str = "confirmed",
) -> dict[str, Any]:
    at = NOON - timedelta(days=ago)
    made = Row(
        id=uuid4(), kind=kind, subject=uuid4(), source=source, agency="imigrasi", record=uuid4(), authority=authority, basis=LAWS[kind],
        reason=reason, state=state, from_at=at, until_at=at + lasts,
    )  # fmt: skip
    return row_of(made, number, hub(NOON))


def group(
    name: str, year: str, end: str, rows: list[dict[str, Any]], *, marker: bool = False, more: bool = False
) -> Group:
    return Group(
        person=UUID(WHO), subjects=(), name=name, birth_year=year, nik_end=end, rows=rows, marker=marker, more=more
    )


GROUPS = [
    group("Sari Wulandari", "1990", "0001", [
        row("departure_deferral", "simkim", "TUNDA/U01/2026/000412", "document", 1.2, timedelta(days=7), "cgk"),
        row("passport_postponement", "simkim", "357326100000120", "duplicate", 16, timedelta(days=30), "Kantor Imigrasi Malang"),
        row("prevention", "siskop2mi", "CGH/2026/000031", "airport", 80, MOMENT, "BP3MI Jawa Timur"),
        row("repatriation", "peduliwni", "PM/2026/000311", "overstay", 170, MOMENT, "KBRI-PNH"),
    ]),
    group("Raden Ajeng Kusumaningtyas Wirjosoekarto Hadiningrat", "1979", "", [
        row("exit_ban", "simkim", "IMI-0123.GR.04.02/2026", "exit_ban", 40, timedelta(days=181), "kejaksaan"),
        row("exit_ban", "simkim", "IMI-0099.GR.04.02/2026", "exit_ban", 35, timedelta(days=180), "kpk", "unconfirmed"),
    ], more=True),
    group("", "", "7731", [row("prevention", "bp3mi", "JAWATIMUR/P/000031/2026-B", "raid", 300, MOMENT, "BP3MI Jawa Timur")]),
    group("Yuliana Permata Wonosari", "2001", "4412", [], marker=True),
]  # fmt: skip


def page(groups: list[Group], *, more: bool = False, opens_persons: bool = False) -> Page:
    return Page(
        groups=groups,
        after=(datetime(2026, 11, 1, tzinfo=UTC), GROUPS[0].person),
        more=more,
        sources=SOURCES,
        opens_persons=opens_persons,
    )


def shown(groups: list[Group], sought: Sought, wanted: Filter, **more: Any) -> dict[str, Any]:
    rows = sum(len(one.rows) + one.marker for one in groups)
    narrowed = bool(sought.typed or wanted.kind or wanted.in_force)
    return {
        "asked": True, "page": page(groups), "typed": sought.typed, "wanted": wanted, "onward": "?after=1", "after": "1", "first": False,
        "narrowed": narrowed, "rows": rows, "reference": "QZ8501", "at": NOON, "keeps": True, "form": OneListForm({"q": sought.typed}, for_a_case=False),
    } | more  # fmt: skip


NUMBERS = [
    Numbers(kind="passport_postponement", rows=6_142, in_force=411),
    Numbers(kind="exit_ban", rows=812, in_force=530),
    Numbers(kind="exit_ban_urgent", rows=14, in_force=3),
    Numbers(kind="departure_deferral", rows=4_119, in_force=62),
    Numbers(kind="repatriation", rows=10_568, in_force=None),
    Numbers(kind="prevention", rows=4_191, in_force=None),
]
NAME, NOBODY = Sought(typed="Sari Wulandari", full_name="Sari Wulandari"), Sought()
PAGES: dict[str, tuple[str, dict[str, Any]]] = {
    "one_list": ("registers/one_list.html", shown(GROUPS[:3], NOBODY, Filter()) | {"numbers": NUMBERS}),
    "one_list_found": ("registers/one_list.html", shown(GROUPS[::3], NAME, Filter(), onward="") | {"numbers": NUMBERS}),
    "one_list_kind": ("registers/one_list.html", shown(GROUPS[1:2], NOBODY, Filter(kind="exit_ban", in_force=True), numbers=NUMBERS)),
    "one_list_nobody": ("registers/one_list.html", shown([], NAME, Filter()) | {"numbers": NUMBERS}),
    "one_list_none": ("registers/one_list.html", shown([], NOBODY, Filter())),
    "one_list_case": (
        "registers/one_list.html",
        shown(GROUPS[:1], NAME, Filter(), page=page(GROUPS[:1], more=True, opens_persons=True), onward="", after="", first=True)
        | {"keeps": False, "form": OneListForm({"q": "Sari Wulandari", "reference": "QZ8501"}, for_a_case=True)},
    ),
    "one_list_faulty": ("registers/one_list.html", {"asked": False, "keeps": False, "form": OneListForm({"q": ""}, for_a_case=True)}),
}  # fmt: skip
