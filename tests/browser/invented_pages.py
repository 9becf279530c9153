"""Every page by name: its template and what it is given."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from suar.site.forms import SearchForm
from tests.browser.invented import (
    APART,
    DECLARED,
    GROUPS,
    HITS,
    NAMESAKE,
    NOW,
    PLACED,
    REVEAL,
    SHOWN,
    SOURCES,
    SPECIMEN,
    WAITING,
    actions,
    answer,
    finding,
    frame,
    health_rows,
    measured,
    person,
    qr,
)
from tests.browser.invented_differences import AGREED, COMPARED
from tests.browser.invented_findings import FINDINGS, LAID
from tests.browser.invented_forms import LoginForm, SessionForm, TipForm, desk_form
from tests.browser.invented_one_list import PAGES as ONE_LIST
from tests.browser.invented_pace import PAGES as PACE


def pages() -> dict[str, tuple[str, dict[str, Any]]]:
    """Every page by name: its template and what it is given."""
    desk = frame()["desk"]
    blank, filled = (
        desk_form(),
        desk_form(
            {
                "purpose": "departure",
                "lane": "counter",
                "mrz": SPECIMEN,
                "full_name": "Sari Wulandari",
                "passport_no": "X9900001",
                "birth_date": "1994-05-12",
                "sex": "2",
                "destination": "ARE",
                "declared_purpose": "work",
                "departure_date": "2026-11-21",
                "reference": "QZ8501/21NOV",
            }
        ),
    )
    at = datetime.fromisoformat(NOW)
    searched = SearchForm({"q": "Sari Wulandari", "birth_date": "1994", "reference": "QZ8501"})
    decided = {"decision": "refer", "reason": "", "by": "Bima Prakoso", "at": NOW}
    slip = {
        "answer": answer(),
        "reasons": answer()["reasons"],
        "declared": DECLARED,
        "decision": decided,
        "desk": desk,
        "reference": "0193A1F2",
        "qr_svg": qr(),
        "contact": {
            "address": {
                "id": "Bandar Udara Soekarno-Hatta, Terminal 3, lantai keberangkatan, ruang layanan imigrasi",
                "en": "Soekarno-Hatta Airport, Terminal 3, departures floor, immigration service room",
            },
            "phone": "021-0000-201",
            "hours": {"id": "Setiap hari, 24 jam", "en": "Every day, 24 hours"},
        },
    }
    logins = [
        {"username": n.lower(), "password": "training", "name": n, "role": r, "desk": d}
        for n, r, d in (
            ("Bima", "counter_officer", "Konter keberangkatan 12"),
            ("Arif", "supervisor", "TPI Soekarno-Hatta"),
            ("Ratna", "protection_officer", "UPTD PPA"),
            ("Wayan", "village_officer", "Desa Sukamaju"),
        )
    ]
    posts = [
        {
            "code": "cgk-3",
            "name": "Konter keberangkatan 12",
            "office": "TPI Soekarno-Hatta",
            "lane": "counter",
            "role": "counter_officer",
            "until": "2026-12-31",
        },
        {
            "code": "mtr-1",
            "name": "Loket wawancara 2",
            "office": "Kanim Mataram",
            "lane": "passport",
            "role": "passport_officer",
            "until": "",
        },
    ]
    queue = {
        "code": "second_interview",
        "count": 2,
        "url": "/queue",
        "clocked": True,
        "held": True,
        "rows": [
            {"url": "/s/1", "title": "QZ8501 · 0193A1F2", "since": NOW, "days_left": 1, "taken_by": "", "mine": False},
            {
                "url": "/s/2",
                "title": "QZ8502 · 0193A1F3",
                "since": NOW,
                "days_left": -1,
                "taken_by": "Arif",
                "mine": False,
            },
        ],
    }
    batch = {
        "id": "0193a1f2-2222-7d5a-9c3b-2f1f3d6f9a10",
        "source": "bp3mi",
        "kind": "worker_return",
        "received_at": NOW,
        "read_at": NOW,
        "state": "read",
        "sha256": "ab12" * 16,
        "counts": {"sent": 1200, "accepted": 1100, "remarks": 60, "returned": 30, "unchanged": 10, "quarantined": 0},
    }
    village = {
        "village": {"name": "Desa Sukamaju", "region_code": "99.01.01"},
        "tip_form": TipForm(),
        "session_form": SessionForm(),
        "questions": [
            {"id": 1, "at": "2026-11-20", "text": "Apakah kantor “Maju Jaya” masih buka di dusun Anda?", "answer": ""}
        ],
        "sent": [{"at": "2026-11-18", "kind": "tip", "state": "in_review"}],
    }
    return {
        "login": ("site/login.html", {"form": LoginForm(), "demo_logins": logins, "frame": frame(desk=False)}),
        "login_wrong": (
            "site/login.html",
            {"form": LoginForm({"username": "", "password": ""}), "demo_logins": logins, "frame": frame(desk=False)},
        ),
        "choose_desk": ("site/choose_desk.html", {"desks": posts}),
        "choose_desk_none": ("site/choose_desk.html", {"desks": []}),
        "home": (
            "site/home.html",
            {
                "start": {"url": "/desk", "icon": "scan", "label_code": "action.start_desk"},
                "waiting": [queue],
                "empty": [{"code": "help", "url": ""}, {"code": "tasks", "url": "/queue"}],
            },
        ),
        "home_many_rooms": ("site/home.html", {"waiting": [], "empty": [], "frame": frame() | {"groups": GROUPS}}),
        "desk": (
            "screening/desk.html",
            {"desk": desk, "form": blank, "answer": None, "decision": None, "actions": [], "expected": []},
        ),
        "desk_faulty": (
            "screening/desk.html",
            {"desk": desk, "form": desk_form({"mrz": "X", "full_name": ""}), "answer": None},
        ),
        "desk_assist": (
            "screening/desk.html",
            {
                "desk": desk,
                "form": filled,
                "answer": answer(),
                "decision": None,
                "actions": actions(),
                "expected": ["refer"],
                "apart_reasons": NAMESAKE,
                "reveal": REVEAL,
            },
        ),
        "desk_apart": (
            "screening/desk.html",
            {
                "desk": desk,
                "form": filled,
                "answer": answer("clear") | {"matches": [], "apart": [APART]},
                "actions": actions(),
            },
        ),
        "desk_superseded": (
            "screening/desk.html",
            {
                "desk": desk,
                "form": blank,
                "answer": answer() | {"superseded_by": APART["person"]},
                "apart_by_supervisor": True,
            },
        ),
        **{
            f"desk_{advice}": (
                "screening/desk.html",
                {"desk": desk, "form": filled, "answer": answer(advice), "decision": None, "actions": actions()},
            )
            for advice in ("clear", "advise", "secondary", "hold")
        },
        "desk_decided": (
            "screening/desk.html",
            {
                "desk": desk,
                "form": filled,
                "answer": answer(),
                "decision": decided | {"reason": "Surat asli ditunjukkan."},
                "actions": [],
            },
        ),
        "slip_a4": ("screening/slip.html", slip | {"paper": "a4"}),
        "slip_80mm": ("screening/slip.html", slip | {"paper": "80mm", "notice_language": "id"}),
        "slip_without_contact": (
            "screening/slip.html",
            slip | {"paper": "80mm", "notice_language": "en", "contact": None},
        ),
        "health": ("intake/health.html", {"rows": health_rows(), "at": NOW}),
        "quality": ("persons/quality.html", {"newest": measured()[:2], "measured": measured()}),
        "quality_none": ("persons/quality.html", {"newest": [], "measured": []}),
        "health_none": ("intake/health.html", {"rows": []}),
        "batch": (
            "intake/batch.html",
            {
                "batch": batch,
                "findings": [finding("problem.conflict", "nik", 21), finding("problem.refused", "", 9)],
                "remarks": [finding("problem.not_found", "region_code", 60)],
            },
        ),
        "batches": (
            "intake/batches.html",
            {
                "source": "bp3mi",
                "count": "returned",
                "together": 32,
                "back": "/health",
                "rows": [
                    {
                        "kind": "worker_return",
                        "received_at": at,
                        "state": "read",
                        "number": n,
                        "url": "/batch" if n > 2 else "",
                    }
                    for n in (30, 2)
                ],
            },
        ),
        "batches_none": (
            "intake/batches.html",
            {"source": "bp3mi", "count": "stopped", "together": 0, "rows": [], "back": "/health"},
        ),
        "batch_rows": (
            "intake/batch_rows.html",
            {
                "batch": batch,
                "count": "sent",
                "number": 2,
                "lines": [
                    {"line": 1, "kind": "worker_return", "stated_at": at, "codes": [], "returned": False},
                    {
                        "line": 2,
                        "kind": "worker_return",
                        "stated_at": None,
                        "codes": ["nik.length", "code.unknown"],
                        "returned": True,
                    },
                ],
            },
        ),
        "batch_rows_unchanged": (
            "intake/batch_rows.html",
            {"batch": batch, "count": "unchanged", "number": 10, "lines": []},
        ),
        "batch_clean": ("intake/batch.html", {"batch": batch, "findings": [], "remarks": []}),
        "person": (
            "persons/person.html",
            {
                "person": person(),
                "sources": SOURCES,
                "looked_at": [
                    {
                        "at": NOW,
                        "agency": "imigrasi",
                        "role": "counter_officer",
                        "purpose": "departure_screening",
                        "by": "Bima Prakoso",
                    }
                ],
            },
        ),
        "person_masked": (
            "persons/person.html",
            {"person": person(), "sources": SOURCES, "looked_at": None, "reveal": REVEAL},
        ),
        "waiting": (
            "screening/waiting.html",
            {
                "most": 200,
                "rows": [row | {"changed_at": None} for row in WAITING],
                "changed": WAITING[:1],
            },
        ),
        "waiting_none": ("screening/waiting.html", {"rows": [], "changed": [], "most": 200}),
        "desk_changed": (
            "screening/desk.html",
            {
                "desk": desk,
                "form": blank,
                "answer": answer() | {"changed": True},
                "actions": actions(),
                "ask_again": True,
            },
        ),
        "placements": ("site/placements.html", {"rows": PLACED, "most": 200}),
        "findings": ("journeys/findings.html", {"rows": FINDINGS, "most": 200}),
        "findings_none": ("journeys/findings.html", {"rows": [], "most": 200}),
        "finding": ("journeys/finding.html", {"laid": LAID, "finding": LAID["finding"], "decided": False}),
        "differences": ("registers/differences.html", {"compared": COMPARED, "most": 200}),
        "differences_none": ("registers/differences.html", {"compared": AGREED, "most": 200}),
        "finding_refused": (
            "journeys/finding.html",
            {"laid": LAID, "finding": LAID["finding"], "refused": "finding.reason"},
        ),
        **ONE_LIST,
        **PACE,
        "placements_none": ("site/placements.html", {"rows": [], "most": 200}),
        "search": ("site/search.html", {"form": searched, "asked": False, "frame": frame(search=False)}),
        "search_found": (
            "site/search.html",
            {
                "form": searched,
                "asked": True,
                "frame": frame(search=False),
                "reference": "QZ8501",
                "hits": {"persons": HITS, "more": True, "sources": SOURCES},
                "screenings": [
                    {"id": APART["person"], "at": NOW, "desk": "CGK-A1", "decision": "", "superseded": False}
                ],
            },
        ),
        "search_nobody": (
            "site/search.html",
            {
                "form": searched,
                "asked": True,
                "frame": frame(search=False),
                "hits": {"persons": [], "more": False, "sources": SOURCES},
            },
        ),
        "revealed": ("persons/revealed.html", {"shown": SHOWN, "back": "/page/person"}),
        "village": ("tips/village.html", village | {"tab": "tip"}),
        "village_question": ("tips/village.html", village | {"tab": "question"}),
        "village_session": ("tips/village.html", village | {"tab": "session"}),
        "error": ("error.html", {"code": "conflict", "status": 409, "params": {}, "reference": "b10f22a9c0de"}),
        "404": ("404.html", {}),
        "403": ("403.html", {}),
        "403_csrf": ("403_csrf.html", {}),
        "400": ("400.html", {}),
        "500": ("500.html", {"reference": "b10f22a9c0de"}),
    }
