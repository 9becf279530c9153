"""Invented contexts for every page: Sari travels, Bima sits at the desk. Shapes are those of suar/site/templates/README.md."""

from __future__ import annotations

from typing import Any

from django.utils.safestring import SafeString, mark_safe

NOW = "2026-11-21T07:05:00+00:00"
SPECIMEN = "P<IDNWULANDARI<<SARI<<<<<<<<<<<<<<<<<<<<<<<<\nX9900001<0IDN9405125F3103049<<<<<<<<<<<<<<00"


def both(indonesian: str, english: str) -> dict[str, str]:
    return {"id": indonesian, "en": english}


SOURCES: list[dict[str, Any]] = [
    {"source": "simkim", "state": "fresh", "as_of": NOW, "age_s": 190, "covers": True},
    {"source": "siskop2mi", "state": "fresh", "as_of": NOW, "age_s": 660, "covers": True},
    {"source": "disnaker", "state": "not_covering", "as_of": None, "age_s": None, "covers": False},
    {"source": "siapkerja", "state": "stale", "as_of": NOW, "age_s": 190_000, "covers": True},
    {"source": "dukcapil", "state": "unreachable", "as_of": None, "age_s": None, "covers": True},
]
TIMELINE: list[dict[str, Any]] = [
    {
        "at": "2026-10-02",
        "kind": "placement",
        "source": "siskop2mi",
        "text": both("Penempatan didaftarkan ke Malaysia", "Placement to Malaysia registered"),
    },
    {
        "at": "2026-09-14",
        "kind": "passport",
        "source": "simkim",
        "text": both("Paspor terbit di Mataram", "Passport issued in Mataram"),
    },
    {
        "at": "2026-08",
        "kind": "self_report",
        "source": "peduliwni",
        "text": both("Lapor diri di Kuala Lumpur", "Self-report in Kuala Lumpur"),
    },
    {
        "at": "2025-03-03T09:00:00+07:00",
        "kind": "crossing",
        "source": "simkim",
        "text": both("Kembali lewat Soekarno-Hatta", "Came back through Soekarno-Hatta"),
    },
    {
        "at": "2023",
        "kind": "worker_registration",
        "source": "siapkerja",
        "text": both("Terdaftar sebagai calon pekerja", "Registered as a worker"),
    },
    {
        "at": "2022-11-01",
        "kind": "complaint",
        "source": "sipmi",
        "text": both("Pengaduan tentang upah", "Complaint about wages"),
    },
]


#: What a traveller declared of the journey, as `screening.panels.declared` gives it.
DECLARED = [
    {"field": "destination", "value": "ARE", "space": "country"},
    {"field": "declared_purpose", "value": "work", "space": "travel_purpose"},
    {"field": "departure_date", "value": "2026-11-21", "space": "day"},
    {"field": "carrier", "value": "QZ8501", "space": ""},
    {"field": "job", "value": "domestic_worker", "space": "job"},
    {"field": "letter_shown", "value": "yes", "space": "told"},
]


def answer(advice: str = "assist") -> dict[str, Any]:
    """The 201 body of DESIGN 8, with `id`."""
    reasons = [
        {
            "code": "recommendation.cannot_be_known",
            "weight": 1500,
            "source": "disnaker",
            "text": both(
                "Rekomendasi tidak dapat diketahui: Disnaker Lombok Tengah tidak mencakup daerah ini.",
                "Whether there is a recommendation cannot be known: the manpower office of Lombok Tengah does not cover this district.",
            ),
            "evidence": [both("Tempat tinggal: Lombok Tengah", "Residence: Lombok Tengah")],
            "law": [both("UU 21/2007 Ps 1(1): proses (pengiriman)", "Law 21/2007 art. 1(1): act (sending)")],
            "excused_by": [
                both("surat rekomendasi asli", "the original letter"),
                both("kontrak dari P3MI berizin", "a contract from a licensed company"),
            ],
        },
        {
            "code": "placement.country_differs",
            "weight": 2400,
            "source": "siskop2mi",
            "text": both(
                "Penempatan terdaftar ke Malaysia, tiketnya ke Uni Emirat Arab.",
                "The placement on record is for Malaysia, the ticket is for the United Arab Emirates.",
            ),
            "evidence": [],
            "law": [both("UU 21/2007 Ps 1(1): cara (penipuan)", "Law 21/2007 art. 1(1): means (deception)")],
            "excused_by": [
                both("transit", "transit"),
                both("perubahan penempatan yang belum tercatat", "a change of placement not yet recorded"),
            ],
        },
    ]
    return {
        "id": "0193a1f2-7c1e-7d5a-9c3b-2f1f3d6f9a10",
        "advice": advice,
        "at": NOW,
        "reasons": [] if advice == "clear" else reasons,
        "declared": DECLARED,
        "matches": [
            {
                "person": "0193a1f2-1111-7d5a-9c3b-2f1f3d6f9a10",
                "name": "Sari Wulandari",
                "birth_year": 1994,
                "weight": 18_400,
                "probability": "0.9999",
                "verdict": "ask",
                "reasons": [
                    {
                        "code": "passport_no",
                        "weight": 11_000,
                        "text": both("nomor paspor sama", "same passport number"),
                    },
                    {"code": "name", "weight": 8600, "text": both("nama sama", "same name")},
                    {
                        "code": "birth_date",
                        "weight": -1200,
                        "text": both("tanggal lahir beda sehari", "date of birth differs by a day"),
                    },
                ],
            }
        ],
        "timeline": TIMELINE,
        "sources": SOURCES,
        "unknown": [
            {
                "code": "unknown.not_covering",
                "source": "disnaker",
                "text": both(
                    "Apakah ada rekomendasi Disnaker: daerah ini tidak dicakup",
                    "Whether the manpower office recommends: this district is not covered",
                ),
                "since": "2026-01-01",
            },
            {
                "code": "unknown.unreachable",
                "source": "dukcapil",
                "text": both(
                    "Apakah NIK cocok: Dukcapil tidak menjawab", "Whether the NIK agrees: Dukcapil does not answer"
                ),
                "since": NOW,
            },
        ],
        "masked": ["nik", "phone", "evidence"],
        "policy": {"name": "advice", "version": "2026-11-21", "sha256": "9f2c" * 16},
        "took_ms": 143,
    }


def actions() -> list[dict[str, Any]]:
    return [
        {"decision": "refer", "label_code": "action.refer", "key": "1", "primary": True, "needs_reason": False},
        {
            "decision": "allow_with_information",
            "label_code": "action.allow_with_information",
            "key": "2",
            "primary": False,
            "needs_reason": False,
        },
        {"decision": "interview", "label_code": "action.interview", "key": "3", "primary": False, "needs_reason": True},
    ]


NAMESAKE: list[dict[str, Any]] = [
    {"code": "birth_date", "text": both("Tanggal lahir di dokumen lain", "The document has another date of birth")},
    {
        "code": "number",
        "text": both("NIK atau nomor paspor di dokumen lain", "The document has another NIK or passport number"),
    },
    {"code": "parents", "text": both("Nama ibu atau ayah lain", "The mother or father has another name")},
]
APART: dict[str, Any] = {
    "person": "0193a1f2-1111-7d5a-9c3b-2f1f3d6f9a10",
    "name": "Sari Wulandari",
    "birth_year": "1991",
    "reason": "birth_date",
    "text": NAMESAKE[0]["text"],
    "by_name": "Bima Prakoso",
    "at": NOW,
}

HITS: list[dict[str, Any]] = [
    {"person": f"0193a1f2-{n}111-7d5a-9c3b-2f1f3d6f9a10", "name": name, "birth_year": "1994", "verdict": verdict}
    for n, (name, verdict) in enumerate(
        (("Sari Wulandari", "join"), ("Sari Wulan Dari", "ask"), ("Sari Wulandari Putri Kusumaningtyas Rahayu", "new")),
        1,
    )
]
WAITING: list[dict[str, Any]] = [
    {
        "id": f"0193a1f2-{n}111-7d5a-9c3b-2f1f3d6f9a10",
        "at": NOW,
        "desk": "CGK-A1",
        "purpose": "departure",
        "advice": advice,
        "changed_at": NOW,
    }
    for n, advice in enumerate(("secondary", "assist", "clear"), 1)
]
PLACED: list[dict[str, Any]] = [
    {
        "region": region,
        "step": {"id": f"0193a1f2-{n}222-7d5a-9c3b-2f1f3d6f9a10", "subject": APART["person"], "at": NOW, **about},
    }
    for n, (region, about) in enumerate(
        (
            ("Kota Malang", {"country": "MYS", "state": "contracted", "source": "siskop2mi"}),
            ("Kabupaten Banyuwangi", {"country": "HKG", "state": "oriented", "source": "sipmi"}),
        ),
        1,
    )
]
REVEAL: dict[str, Any] = {
    "url": "/revealed",
    "fields": ["nik", "passport_no", "birth_date"],
    "reasons": [
        {
            "code": "document",
            "text": both("Mencocokkan dengan dokumen di tangan", "To compare with the document in hand"),
        }
    ],
    "reference": "QZ8501",
}
SHOWN: dict[str, Any] = {
    "field": "nik",
    "values": [
        {"source": "simkim", "value": "9901015205940001", "as_of": "2026-09-14"},
        {"source": "siskop2mi", "value": "9901015205940001", "as_of": ""},
    ],
    "why": "document",
    "seconds": 1,
}

#: Made up for the pictures: how many kabupaten and kota a province has is near the truth, their names are not given.
REGIONS = {
    "11": 23,
    "12": 33,
    "13": 19,
    "14": 12,
    "15": 11,
    "16": 17,
    "17": 10,
    "18": 15,
    "19": 7,
    "21": 7,
    "31": 6,
    "32": 27,
    "33": 35,
    "34": 5,
    "35": 38,
    "36": 8,
    "51": 9,
    "52": 10,
    "53": 22,
    "61": 14,
    "62": 14,
    "63": 13,
    "64": 10,
    "65": 5,
    "71": 15,
    "72": 13,
    "73": 24,
    "74": 17,
    "75": 6,
    "76": 6,
    "81": 11,
    "82": 10,
    "91": 9,
    "92": 7,
    "93": 4,
    "94": 8,
    "95": 8,
    "96": 6,
}


def coverage(patchy: bool) -> list[dict[str, str]]:
    states = ("fresh", "fresh", "not_covering", "stale", "fresh", "unreachable", "fresh") if patchy else ("fresh",)
    rows = [
        (f"{province}{number:02d}", number) for province, count in REGIONS.items() for number in range(1, count + 1)
    ]
    return [
        {"region": region, "name": f"Kab. {region}", "state": states[(number * 7 + int(region)) % len(states)]}
        for region, number in rows
    ]


def health_rows() -> list[dict[str, Any]]:
    owners = {
        "simkim": "imigrasi",
        "siskop2mi": "kp2mi",
        "bp3mi": "kp2mi",
        "siapkerja": "kemnaker",
        "sipmi": "kemnaker",
        "peduliwni": "kemlu",
        "polri": "polri",
        "disnaker": "disnaker",
        "pimpasa": "imigrasi",
        "dukcapil": "dukcapil",
    }
    states = {"siapkerja": "stale", "disnaker": "not_covering", "dukcapil": "unreachable"}
    rows = []
    for place, (source, agency) in enumerate(owners.items()):
        state = states.get(source, "fresh")
        rows.append(
            {
                "source": source,
                "agency": agency,
                "name": source,
                "state": state,
                "as_of": NOW,
                "age_s": 190 + place * 900 if state != "unreachable" else None,
                "lag_s": 60 + place * 40,
                "last_good": NOW,
                "stopped": source == "siapkerja",
                "batch_url": "/batch",
                "last_fault_code": "problem.conflict" if state == "stale" else None,
                "last_fault_params": {},
                "what_to_do_code": "problem_do.conflict" if state == "stale" else None,
                "spark": [30, 45, 40, 200, 90, 60 + place * 40],
                "coverage": coverage(source in ("disnaker", "bp3mi")),
                "counts": {
                    "sent": 48_210 + place,
                    "accepted": 46_000,
                    "remarks": 1800,
                    "returned": 310,
                    "unchanged": 100 + place,
                    "quarantined": 2,
                },
            }
        )
    return rows


def person() -> dict[str, Any]:
    sources = {
        "simkim": "imigrasi",
        "siskop2mi": "kp2mi",
        "siapkerja": "kemnaker",
        "sipmi": "kemnaker",
        "disnaker": "disnaker",
        "peduliwni": "kemlu",
    }
    values = [
        ("full_name", "Sari Wulandari", False),
        ("nik", "9901••••••••0001", True),
        ("birth_date", "1994-05-12", False),
        ("birth_place", "Praya", False),
        ("phone", "", True),
        ("passport_no", "X99•••01", True),
    ]
    subjects = [
        {
            "source": source,
            "agency": agency,
            "values": [
                {
                    "field": f,
                    "value": v,
                    "masked": m,
                    "source": source,
                    "as_of": "2026-09-14",
                    "conflict": source == "disnaker" and f == "birth_date",
                }
                for f, v, m in values
            ],
        }
        for source, agency in sources.items()
    ]
    conflict = {
        "code": "dukcapil.birth_date",
        "text": both("Dukcapil: tanggal lahir tidak cocok", "Dukcapil: birth date does not agree"),
    }
    return {
        "id": "0193a1f2-1111-7d5a-9c3b-2f1f3d6f9a10",
        "name": "Sari Wulandari",
        "subjects": subjects,
        "conflicts": [conflict],
        "timeline": TIMELINE,
        "masked": ["nik", "phone"],
    }


def finding(code: str, field: str, count: int) -> dict[str, Any]:
    return {"code": code, "params": {}, "field": field, "count": count, "lines": [3, 17, 44, 90, 112, 300]}


def qr() -> SafeString:
    cells = "".join(
        f"M{x * 3} {y * 3}h3v3h-3z" for x in range(25) for y in range(25) if (x * y + x * 3 + y * 5) % 3 == 0
    )
    return mark_safe(f'<svg viewBox="0 0 75 75" role="img" aria-label="QR"><path d="{cells}"/></svg>')  # noqa: S308  # drawn here


def frame(*, role: str = "counter_officer", desk: bool = True, search: bool = True) -> dict[str, Any]:
    rooms = [
        {"code": code, "url": f"/{code}", "key": str(n), "current": n == 1, "count": 3 if code == "home" else 0}
        for n, code in enumerate(("desk", "home", "health", "persons"), 1)
    ]
    return {
        "training": True,
        "officer": {"name": "Bima Prakoso", "agency": "imigrasi"} if desk else None,
        "role": role,
        "searches": desk and search,
        "desk": {"code": "cgk-3", "name": "Konter keberangkatan 12", "office": "TPI Soekarno-Hatta", "lane": "counter"}
        if desk
        else None,
        "connection": {"state": "delayed", "oldest_source": "siapkerja", "oldest_age_s": 190_000} if desk else None,
        "rooms": rooms if desk else [],
    }


def room(code: str, key: str, *, current: bool = False) -> dict[str, Any]:
    return {"code": code, "url": f"/{code}", "key": key, "current": current}


#: The rooms of a role that has many, as `site.menu.grouped` gives them.
GROUPS: list[dict[str, Any]] = [
    {"code": "", "rooms": [room("home", "1"), room("desk", "2")], "current": False},
    {"code": "at_desk", "rooms": [room("tasks", "q", current=True), room("handovers", "t")], "current": True},
    {"code": "people", "rooms": [room("search", "6"), room("findings", "8")], "current": False},
    {"code": "system", "rooms": [room("health", "4"), room("policies", "7")], "current": False},
]


def measured() -> list[dict[str, Any]]:
    """Two ways of measuring, and an earlier measurement."""
    everybody = {
        "kind": "all",
        "of": "",
        "name": "all_",
        "people": 29_396,
        "recall": 997,
        "wrongly_micro": 21_000,
        "ratio": 100,
        "bound": 0,
    }
    parts: list[dict[str, Any]] = [
        {
            "kind": "sex",
            "of": "2",
            "name": "sex_2",
            "people": 15_021,
            "recall": 996,
            "wrongly_micro": 23_000,
            "ratio": 110,
            "bound": 125,
        },
        {
            "kind": "province",
            "of": "52",
            "name": "province_52",
            "people": 2_310,
            "recall": 998,
            "wrongly_micro": 31_000,
            "ratio": 148,
            "bound": 125,
        },
        {
            "kind": "words",
            "of": "1",
            "name": "words_1",
            "people": 9_020,
            "recall": 993,
            "wrongly_micro": 35_000,
            "ratio": 167,
            "bound": 0,
        },
    ]
    groups = [
        everybody | {"within": True},
        *({**part, "within": not part["bound"] or part["ratio"] <= part["bound"]} for part in parts),
    ]
    counts = {
        "people": 29_396,
        "pairs": 135_333,
        "joined": 17_252,
        "joined_rightly": 17_252,
        "asked": 568,
        "asked_rightly": 189,
    }
    points = [[0, 0, 117_719], [149, 185, 92], [545, 778, 9], [837, 556, 27], [999, 999, 17_423]]
    truth = {
        "by": "truth",
        "at": NOW,
        "policy": "matching",
        **counts,
        "error_micro": 190,
        "reliability": points,
        "groups": groups,
    }
    reviews = truth | {
        "by": "reviews",
        "people": 38,
        "pairs": 20,
        "joined": 0,
        "joined_rightly": 0,
        "asked": 20,
        "asked_rightly": 9,
        "groups": [],
    }
    return [truth, reviews, truth | {"asked": 1_607}]
