"""One row of the law in words: label → Bahasa, English. What a row leaves out has no line."""

from __future__ import annotations

from collections.abc import Iterator

from suar.core.registers.law import BY_CLOCK, ActKind, ActRow, LegalTermRow, Need, RemedyRow

Both = tuple[str, str]

EFFECTS: dict[str, Both] = {
    "restriction": ("pembatasan", "a restriction"),
    "fact": ("riwayat; tidak membatasi siapa pun", "history; restricts nobody"),
    "protection": ("pelindungan; tidak membatasi siapa pun", "protection; restricts nobody"),
    "signal": ("sinyal; menambah perhatian, tidak membatasi siapa pun", "a signal; raises attention, restricts nobody"),
}
STEPS: dict[str, Both] = {
    "passport_application": ("permohonan paspor", "a passport application"),
    "departure": ("keberangkatan", "a departure"),
    "prelist": ("daftar awal autogate", "the autogate's pre-list"),
}
CONTENT: dict[str, Both] = {
    "full_name": ("nama", "name"),
    "sex": ("jenis kelamin", "sex"),
    "birth": ("tempat dan tanggal lahir atau umur", "place and date of birth, or age"),
    "reason": ("alasan", "reason"),
    "decision_no": ("nomor penetapan", "number of the decision"),
    "term": ("jangka waktu", "term"),
    "document": ("penetapannya", "the decision itself"),
    "source_grade": ("nilai sumber", "grade of the source"),
    "content_grade": ("nilai isi", "grade of the content"),
    "evidence": ("bukti", "evidence"),
}
TOLD: dict[str, Both] = {
    "person": ("kepada yang bersangkutan", "to the person"),
    "family": ("kepada keluarga", "to the family"),
    "mission": ("kepada perwakilan", "to the mission"),
    "minister": ("kepada Menteri", "to the Minister"),
}
ACTS: dict[ActKind, Both] = {
    ActKind.ADD: ("menambah", "to add"),
    ActKind.EXTEND: ("memperpanjang", "to extend"),
    ActKind.SHORTEN: ("mempersingkat", "to shorten"),
    ActKind.LIFT: ("mencabut", "to lift"),
    ActKind.CORRECT: ("membetulkan", "to correct"),
    ActKind.REVIEW: ("meninjau", "to review"),
    ActKind.SUSPEND: ("menangguhkan karena tinjauan terlambat", "to suspend for an overdue review"),
    ActKind.LIFT_BY_COURT: ("mengakhiri menurut putusan pengadilan", "to end by a court order"),
    ActKind.LIFT_BY_OBJECTION: ("mengakhiri karena keberatan diterima", "to end by an upheld objection"),
    ActKind.SHORTEN_BY_OBJECTION: (
        "mempersingkat karena keberatan diterima sebagian",
        "to shorten by an objection upheld in part",
    ),
    ActKind.LAPSE: ("berakhir demi hukum", "to lapse by law"),
}
NEEDS: dict[Need, Both] = {
    Need.NONE: ("tanpa orang kedua", "nobody beside him"),
    Need.SUPERVISOR: ("bersama penyelia", "with a supervisor"),
    Need.OTHER_UNIT: ("bersama petugas unit lain", "with an officer of another unit"),
    Need.OTHER_AGENCY: ("bersama petugas instansi lain", "with an officer of another agency"),
}


def told(row: LegalTermRow) -> dict[str, Both]:
    """Every line of a row, in the order in which a lawyer asks."""
    return {name: said for name, said in lines(row) if said[0]}


def lines(row: LegalTermRow) -> Iterator[tuple[str, Both]]:
    yield "Dasar · Law", ("; ".join(row.law),) * 2
    yield "Akibat · Effect", EFFECTS[row.effect]
    yield "Meminta · Requests", (row.requested_by.id, row.requested_by.en)
    yield "Memutus · Decides", (row.decided_by.id, row.decided_by.en)
    yield "Paling lama · Longest", longest(row)
    yield "Perpanjangan · Extensions", extensions(row)
    yield "Bentuk mendesak · Urgent form", (f"`{row.urgent_form}`" if row.urgent_form else "",) * 2
    yield "Menghentikan · Stops", listed([STEPS[step] for step in row.stops])
    yield "Di gerbang · At the gate", (row.at_gate.id, row.at_gate.en)
    yield "Wajib memuat · Must hold", listed([CONTENT[name] for name in row.content])
    yield "Alasan · Reasons", joined([(f"`{one.code}` {one.id}", f"`{one.code}` {one.en}") for one in row.reasons])
    yield "Pemberitahuan · Notice", listed([within(days, TOLD[whom]) for whom, days in row.notice.items()])
    yield "Upaya · Remedy", remedy(row.remedy)
    yield "Tinjauan · Review", months(row.review_months, "setiap {} bulan", "every {} months")
    yield "Peringatan · Warning", months(row.warn_days, "{} hari sebelum berakhir", "{} days before the end")
    yield "Terhadap orang · Against the person", enforcement(row)
    yield "Tindakan · Acts", joined([act(kind, row.acts[kind]) for kind in ActKind if kind in row.acts])
    yield "Sebab · Why", (row.why_id or row.why, row.why)


def listed(said: list[Both]) -> Both:
    return "; ".join(one[0] for one in said), "; ".join(one[1] for one in said)


def joined(said: list[Both]) -> Both:
    return "<br>".join(one[0] for one in said), "<br>".join(one[1] for one in said)


def months(number: int, bahasa: str, english: str) -> Both:
    return (bahasa.format(number), english.format(number)) if number else ("", "")


def within(days: int, whom: Both) -> Both:
    return f"{whom[0]} dalam {days} hari", f"{whom[1]} within {days} {'day' if days == 1 else 'days'}"


def longest(row: LegalTermRow) -> Both:
    if not row.has_term:
        return "", ""
    kind = ("kerja", "working") if row.days_are == "working" else ("kalender", "calendar")
    said = (
        (f"{row.months} bulan", f"{row.months} months")
        if row.months
        else (f"{row.days} hari {kind[0]}", f"{row.days} {kind[1]} days")
    )
    trip = (
        ("berakhir bersama perjalanannya; batas kami sendiri ", "ends with the trip; our own limit ")
        if row.ends_with == "trip"
        else ("", "")
    )
    apart = months(row.apart_months, "; tidak dapat diulang dalam {} bulan", "; not repeatable within {} months")
    return trip[0] + said[0] + apart[0], trip[1] + said[1] + apart[1]


def extensions(row: LegalTermRow) -> Both:
    if not row.has_term:
        return "", ""
    if not row.extensions:
        return "tidak ada", "none"
    filed = months(
        row.extension_filed_days_before,
        "; diajukan paling lambat {} hari sebelum berakhir",
        "; filed at least {} days before the end",
    )
    return f"{row.extensions} kali{filed[0]}", f"{row.extensions} time{'s' if row.extensions > 1 else ''}{filed[1]}"


def enforcement(row: LegalTermRow) -> Both:
    if not row.enforcement:
        return "", ""
    return (
        "ya; bagi yang dilindungi hanya dengan persetujuan ganda",
        "yes; for whoever is protected only with the double approval",
    )


def remedy(row: RemedyRow | None) -> Both:
    if not row:
        return "", ""
    law = "; ".join(row.law)
    longer = ("selama berlaku, sekurangnya ", "as long as it runs, and at least ") if row.while_in_force else ("", "")
    return (
        f"keberatan {longer[0]}{row.objection_working_days} hari kerja, diputus dalam {row.decision_working_days} hari kerja; banding "
        f"{row.appeal_working_days} hari kerja; pengadilan {row.court_days} hari ({law})",
        f"objection {longer[1]}{row.objection_working_days} working days, decided in {row.decision_working_days} working days; appeal "
        f"{row.appeal_working_days} working days; court {row.court_days} days ({law})",
    )


def act(kind: ActKind, row: ActRow) -> Both:
    done, needs, who = ACTS[kind], NEEDS[row.second], ", ".join(f"`{role}`" for role in row.by)
    if kind in BY_CLOCK:
        return f"{done[0]}: oleh jam", f"{done[1]}: by the clock"
    return f"{done[0]}: {who} {needs[0]}", f"{done[1]}: {who} {needs[1]}"
