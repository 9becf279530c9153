"""Invented contexts for every page: Sari travels, Bima sits at the desk. Shapes are those of suar/site/templates/README.md."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.safestring import SafeString, mark_safe

NOW = "2026-11-21T07:05:00+00:00"
SPECIMEN = "P<IDNWULANDARI<<SARI<<<<<<<<<<<<<<<<<<<<<<<<\nX9900001<1IDN9405122F3103041<<<<<<<<<<<<<<00"


class DeskForm(forms.Form):
    """The desk's form, as the API names its fields."""

    purpose = forms.CharField(widget=forms.HiddenInput, initial="departure")
    lane = forms.CharField(widget=forms.HiddenInput, initial="counter")
    mrz = forms.CharField(required=False)
    full_name = forms.CharField(max_length=200)
    passport_no = forms.CharField(required=False, max_length=9)
    nik = forms.CharField(required=False, max_length=16)
    birth_date = forms.CharField()
    sex = forms.ChoiceField(
        required=False, choices=[("", "–"), ("1", "laki-laki / male"), ("2", "perempuan / female")]
    )
    birth_place = forms.CharField(required=False)
    mother_name = forms.CharField(required=False)
    phone = forms.CharField(required=False)
    address = forms.CharField(required=False)
    region_code = forms.CharField(required=False)
    destination = forms.ChoiceField(choices=[("", "–"), ("MYS", "Malaysia"), ("ARE", "Uni Emirat Arab")])
    declared_purpose = forms.ChoiceField(choices=[("", "–"), ("work", "bekerja / work"), ("tourism", "wisata / tourism")])
    departure_date = forms.CharField(widget=forms.DateInput(attrs={"type": "date"}))
    return_date = forms.CharField(required=False, widget=forms.DateInput(attrs={"type": "date"}))
    carrier = forms.CharField(required=False)
    reference = forms.CharField()


class TipForm(forms.Form):
    text = forms.CharField(widget=forms.Textarea(attrs={"rows": 4}))
    about_name = forms.CharField(required=False)
    about_phone = forms.CharField(required=False)
    about_place = forms.CharField(required=False)
    heard_on = forms.CharField(required=False, widget=forms.DateInput(attrs={"type": "date"}))
    how_known = forms.ChoiceField(choices=[("seen", "saya lihat sendiri"), ("told", "diceritakan orang")])


class SessionForm(forms.Form):
    held_on = forms.CharField(widget=forms.DateInput(attrs={"type": "date"}))
    topic = forms.CharField()
    attended = forms.IntegerField()
    place = forms.CharField(required=False)


class LoginForm(forms.Form):
    username = forms.CharField()
    password = forms.CharField(widget=forms.PasswordInput)


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
    {"at": "2026-10-02", "kind": "placement", "source": "siskop2mi", "text": both("Penempatan didaftarkan ke Malaysia", "Placement to Malaysia registered")},
    {"at": "2026-09-14", "kind": "passport", "source": "simkim", "text": both("Paspor terbit di Mataram", "Passport issued in Mataram")},
    {"at": "2026-08", "kind": "self_report", "source": "peduliwni", "text": both("Lapor diri di Kuala Lumpur", "Self-report in Kuala Lumpur")},
    {"at": "2025-03-03T09:00:00+07:00", "kind": "crossing", "source": "simkim", "text": both("Kembali lewat Soekarno-Hatta", "Came back through Soekarno-Hatta")},
    {"at": "2023", "kind": "worker_registration", "source": "siapkerja", "text": both("Terdaftar sebagai calon pekerja", "Registered as a worker")},
    {"at": "2022-11-01", "kind": "complaint", "source": "sipmi", "text": both("Pengaduan tentang upah", "Complaint about wages")},
]  # fmt: skip


def answer(advice: str = "assist") -> dict[str, Any]:
    """The 201 body of DESIGN 8, with `id`."""
    reasons = [
        {
            "code": "recommendation.cannot_be_known", "weight": 1500, "source": "disnaker",
            "text": both("Rekomendasi tidak dapat diketahui: Disnaker Lombok Tengah tidak mencakup daerah ini.", "Whether there is a recommendation cannot be known: the manpower office of Lombok Tengah does not cover this district."),
            "evidence": [both("Tempat tinggal: Lombok Tengah", "Residence: Lombok Tengah")],
            "law": [both("UU 21/2007 Ps 1(1): proses (pengiriman)", "Law 21/2007 art. 1(1): act (sending)")],
            "excused_by": [both("surat rekomendasi asli", "the original letter"), both("kontrak dari P3MI berizin", "a contract from a licensed company")],
        },
        {
            "code": "placement.country_differs", "weight": 2400, "source": "siskop2mi",
            "text": both("Penempatan terdaftar ke Malaysia, tiketnya ke Uni Emirat Arab.", "The placement on record is for Malaysia, the ticket is for the United Arab Emirates."),
            "evidence": [], "law": [both("UU 21/2007 Ps 1(1): cara (penipuan)", "Law 21/2007 art. 1(1): means (deception)")],
            "excused_by": [both("transit", "transit"), both("perubahan penempatan yang belum tercatat", "a change of placement not yet recorded")],
        },
    ]  # fmt: skip
    return {
        "id": "0193a1f2-7c1e-7d5a-9c3b-2f1f3d6f9a10", "advice": advice, "at": NOW,
        "reasons": [] if advice == "clear" else reasons,
        "matches": [{
            "person": "0193a1f2-1111-7d5a-9c3b-2f1f3d6f9a10", "name": "Sari Wulandari", "birth_year": 1994, "weight": 18_400, "probability": "0.9999", "verdict": "likely",
            "reasons": [{"code": "passport_no", "weight": 11_000, "text": both("nomor paspor sama", "same passport number")}, {"code": "name", "weight": 8600, "text": both("nama sama", "same name")}, {"code": "birth_date", "weight": -1200, "text": both("tanggal lahir beda sehari", "date of birth differs by a day")}],
        }],
        "timeline": TIMELINE, "sources": SOURCES,
        "unknown": [
            {"code": "unknown.not_covering", "text": both("Apakah ada rekomendasi Disnaker: daerah ini tidak dicakup", "Whether the manpower office recommends: this district is not covered"), "since": "2026-01-01"},
            {"code": "unknown.unreachable", "text": both("Apakah NIK cocok: Dukcapil tidak menjawab", "Whether the NIK agrees: Dukcapil does not answer"), "since": NOW},
        ],
        "masked": ["nik", "phone", "evidence"], "policy": {"name": "advice", "version": "2026-11-21", "sha256": "9f2c" * 16}, "took_ms": 143,
    }  # fmt: skip


def actions() -> list[dict[str, Any]]:
    return [
        {"decision": "refer", "label_code": "action.refer", "key": "1", "primary": True, "needs_reason": False},
        {"decision": "allow_with_information", "label_code": "action.allow_with_information", "key": "2", "primary": False, "needs_reason": False},
        {"decision": "interview", "label_code": "action.interview", "key": "3", "primary": False, "needs_reason": True},
    ]  # fmt: skip


#: Made up for the pictures: how many kabupaten and kota a province has is near the truth, their names are not given.
REGIONS = {"11": 23, "12": 33, "13": 19, "14": 12, "15": 11, "16": 17, "17": 10, "18": 15, "19": 7, "21": 7, "31": 6, "32": 27,
           "33": 35, "34": 5, "35": 38, "36": 8, "51": 9, "52": 10, "53": 22, "61": 14, "62": 14, "63": 13, "64": 10, "65": 5, "71": 15,
           "72": 13, "73": 24, "74": 17, "75": 6, "76": 6, "81": 11, "82": 10, "91": 9, "92": 7, "93": 4, "94": 8, "95": 8, "96": 6}  # fmt: skip


def coverage(patchy: bool) -> list[dict[str, str]]:
    states = ("fresh", "fresh", "not_covering", "stale", "fresh", "unreachable", "fresh") if patchy else ("fresh",)
    rows = [(f"{province}{number:02d}", number) for province, count in REGIONS.items() for number in range(1, count + 1)]
    return [{"region": region, "name": f"Kab. {region}", "state": states[(number * 7 + int(region)) % len(states)]} for region, number in rows]  # fmt: skip


def health_rows() -> list[dict[str, Any]]:
    owners = {"simkim": "imigrasi", "siskop2mi": "kp2mi", "bp3mi": "kp2mi", "siapkerja": "kemnaker", "sipmi": "kemnaker",
              "peduliwni": "kemlu", "polri": "polri", "disnaker": "disnaker", "pimpasa": "imigrasi", "dukcapil": "dukcapil"}  # fmt: skip
    states = {"siapkerja": "stale", "disnaker": "not_covering", "dukcapil": "unreachable"}
    rows = []
    for place, (source, agency) in enumerate(owners.items()):
        state = states.get(source, "fresh")
        rows.append({
            "source": source, "agency": agency, "name": source, "state": state, "as_of": NOW, "age_s": 190 + place * 900 if state != "unreachable" else None,
            "lag_s": 60 + place * 40, "last_good": NOW, "stopped": source == "siapkerja", "batch_url": "/batch",
            "last_fault_code": "problem.conflict" if state == "stale" else None, "last_fault_params": {},
            "what_to_do_code": "problem_do.conflict" if state == "stale" else None,
            "spark": [30, 45, 40, 200, 90, 60 + place * 40], "coverage": coverage(source in ("disnaker", "bp3mi")),
            "counts": {"sent": 48_210 + place, "accepted": 46_000, "remarks": 1800, "returned": 310, "unchanged": 100 + place, "quarantined": 2},
        })  # fmt: skip
    return rows


def person() -> dict[str, Any]:
    sources = {"simkim": "imigrasi", "siskop2mi": "kp2mi", "siapkerja": "kemnaker", "sipmi": "kemnaker", "disnaker": "disnaker", "peduliwni": "kemlu"}
    values = [
        ("full_name", "Sari Wulandari", False), ("nik", "9901••••••••0001", True), ("birth_date", "1994-05-12", False),
        ("birth_place", "Praya", False), ("phone", "", True), ("passport_no", "X99•••01", True),
    ]  # fmt: skip
    subjects = [
        {"source": source, "agency": agency, "values": [{"field": f, "value": v, "masked": m, "source": source, "as_of": "2026-09-14", "conflict": source == "disnaker" and f == "birth_date"} for f, v, m in values]}
        for source, agency in sources.items()
    ]  # fmt: skip
    conflict = {"code": "dukcapil.birth_date", "text": both("Dukcapil: tanggal lahir tidak cocok", "Dukcapil: birth date does not agree")}
    return {"id": "0193a1f2-1111-7d5a-9c3b-2f1f3d6f9a10", "name": "Sari Wulandari", "subjects": subjects, "conflicts": [conflict], "timeline": TIMELINE, "masked": ["nik", "phone"]}


def finding(code: str, field: str, count: int) -> dict[str, Any]:
    return {"code": code, "params": {}, "field": field, "count": count, "lines": [3, 17, 44, 90, 112, 300]}


def qr() -> SafeString:
    cells = "".join(f"M{x * 3} {y * 3}h3v3h-3z" for x in range(25) for y in range(25) if (x * y + x * 3 + y * 5) % 3 == 0)
    return mark_safe(f'<svg viewBox="0 0 75 75" role="img" aria-label="QR"><path d="{cells}"/></svg>')  # noqa: S308  # drawn here


def frame(*, role: str = "counter_officer", desk: bool = True) -> dict[str, Any]:
    rooms = [{"code": code, "url": f"/{code}", "key": str(n), "current": n == 1, "count": 3 if code == "home" else 0} for n, code in enumerate(("desk", "home", "health", "persons"), 1)]  # fmt: skip
    return {
        "training": True, "officer": {"name": "Bima Prakoso", "agency": "imigrasi"} if desk else None, "role": role, "searches": desk,
        "desk": {"code": "cgk-3", "name": "Konter keberangkatan 12", "office": "TPI Soekarno-Hatta", "lane": "counter"} if desk else None,
        "connection": {"state": "delayed", "oldest_source": "siapkerja", "oldest_age_s": 190_000} if desk else None,
        "rooms": rooms if desk else [],
    }  # fmt: skip


def pages() -> dict[str, tuple[str, dict[str, Any]]]:
    """Every page by name: its template and what it is given."""
    desk = frame()["desk"]
    blank, filled = DeskForm(), DeskForm({"mrz": SPECIMEN, "full_name": "Sari Wulandari", "passport_no": "X9900001", "birth_date": "1994-05-12", "sex": "2", "destination": "ARE", "declared_purpose": "work", "departure_date": "2026-11-21", "reference": "QZ8501/21NOV"})  # fmt: skip
    decided = {"decision": "refer", "reason": "", "by": "Bima Prakoso", "at": NOW}
    slip = {"answer": answer(), "decision": decided, "desk": desk, "reference": "0193A1F2", "qr_svg": qr(), "contact": {"name": "Layanan pengaduan TPI Soekarno-Hatta", "phone": "021-550-0000", "hours": "24 jam"}}
    logins = [{"username": n.lower(), "password": "training", "name": n, "role": r, "desk": d} for n, r, d in (("Bima", "counter_officer", "Konter keberangkatan 12"), ("Arif", "supervisor", "TPI Soekarno-Hatta"), ("Ratna", "protection_officer", "UPTD PPA"), ("Wayan", "village_officer", "Desa Sukamaju"))]  # fmt: skip
    posts = [{"code": "cgk-3", "name": "Konter keberangkatan 12", "office": "TPI Soekarno-Hatta", "lane": "counter", "role": "counter_officer", "until": "2026-12-31"}, {"code": "mtr-1", "name": "Loket wawancara 2", "office": "Kanim Mataram", "lane": "passport", "role": "passport_officer", "until": ""}]  # fmt: skip
    queue = {"code": "second_interview", "count": 2, "url": "/queue", "rows": [{"url": "/s/1", "title": "QZ8501 · 0193A1F2", "since": NOW, "days_left": 1, "taken_by": "", "mine": False}, {"url": "/s/2", "title": "QZ8502 · 0193A1F3", "since": NOW, "days_left": -1, "taken_by": "Arif", "mine": False}]}  # fmt: skip
    batch = {"id": "0193a1f2-2222-7d5a-9c3b-2f1f3d6f9a10", "source": "bp3mi", "kind": "worker_return", "received_at": NOW, "read_at": NOW, "state": "read", "sha256": "ab12" * 16, "counts": {"sent": 1200, "accepted": 1100, "remarks": 60, "returned": 30, "unchanged": 10, "quarantined": 0}}  # fmt: skip
    village = {"village": {"name": "Desa Sukamaju", "region_code": "99.01.01"}, "tip_form": TipForm(), "session_form": SessionForm(), "questions": [{"id": 1, "at": "2026-11-20", "text": "Apakah kantor “Maju Jaya” masih buka di dusun Anda?", "answer": ""}], "sent": [{"at": "2026-11-18", "kind": "tip", "state": "in_review"}]}  # fmt: skip
    return {
        "login": ("site/login.html", {"form": LoginForm(), "demo_logins": logins, "frame": frame(desk=False)}),
        "login_wrong": ("site/login.html", {"form": LoginForm({"username": "", "password": ""}), "demo_logins": logins, "frame": frame(desk=False)}),
        "choose_desk": ("site/choose_desk.html", {"desks": posts}),
        "choose_desk_none": ("site/choose_desk.html", {"desks": []}),
        "home": ("site/home.html", {"start": {"url": "/desk", "icon": "scan", "label_code": "action.start_desk"}, "queues": [queue, {"code": "help", "count": 0, "url": "", "rows": []}]}),
        "desk": ("screening/desk.html", {"desk": desk, "form": blank, "answer": None, "decision": None, "actions": [], "expected": []}),
        "desk_faulty": ("screening/desk.html", {"desk": desk, "form": DeskForm({"mrz": "X", "full_name": ""}), "answer": None}),
        "desk_assist": ("screening/desk.html", {"desk": desk, "form": filled, "answer": answer(), "decision": None, "actions": actions(), "expected": ["refer"]}),
        **{f"desk_{advice}": ("screening/desk.html", {"desk": desk, "form": filled, "answer": answer(advice), "decision": None, "actions": actions()}) for advice in ("clear", "advise", "secondary", "hold")},
        "desk_decided": ("screening/desk.html", {"desk": desk, "form": filled, "answer": answer(), "decision": decided | {"reason": "Surat asli ditunjukkan."}, "actions": []}),
        "slip_a4": ("screening/slip.html", slip | {"paper": "a4"}),
        "slip_80mm": ("screening/slip.html", slip | {"paper": "80mm", "notice_language": "id"}),
        "health": ("intake/health.html", {"rows": health_rows(), "at": NOW}),
        "health_none": ("intake/health.html", {"rows": []}),
        "batch": ("intake/batch.html", {"batch": batch, "findings": [finding("problem.conflict", "nik", 21), finding("problem.refused", "", 9)], "remarks": [finding("problem.not_found", "region_code", 60)]}),
        "batch_clean": ("intake/batch.html", {"batch": batch, "findings": [], "remarks": []}),
        "person": ("persons/person.html", {"person": person(), "sources": SOURCES, "looked_at": [{"at": NOW, "agency": "imigrasi", "role": "counter_officer", "purpose": "departure_screening", "by": "Bima Prakoso"}]}),
        "village": ("tips/village.html", village | {"tab": "tip"}),
        "village_question": ("tips/village.html", village | {"tab": "question"}),
        "village_session": ("tips/village.html", village | {"tab": "session"}),
        "error": ("error.html", {"code": "conflict", "status": 409, "params": {}, "reference": "b10f22a9c0de"}),
        "404": ("404.html", {}),
        "403": ("403.html", {}),
        "403_csrf": ("403_csrf.html", {}),
        "400": ("400.html", {}),
        "500": ("500.html", {"reference": "b10f22a9c0de"}),
    }  # fmt: skip
