"""The paper: whole in both languages, PDF/A, the same bytes for the same notice; and whatever stands in a name is printed, never obeyed."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import time
from dataclasses import replace
from datetime import UTC, datetime

import pytest
import segno

from suar.core.registers.notice import About, Contact, Notice, Proof
from suar.core.registers.notice_words import ADDRESSEES
from suar.core.standard.tables import Said
from suar.registers import letters
from tests.core.registers.test_notice import BAN, DEFERRAL, made
from tests.house.rules import ROOT
from tests.registers.paper import Paper

PROOF = Proof(
    number="PB/2026/9C3B-2F1F-3D6F",
    code="7Q4MX-2KD9R-VB31T-CPW5Z-08ABCD",
    address="https://suar.example/sah/7Q4MX2KD9RVB31TCPW5Z08ABCD",
)
ASK = Contact(
    office="Kantor Imigrasi Malang",
    address=Said(id="Jalan Mercusuar 1, Malang", en="Jalan Mercusuar 1, Malang"),
    phone="0341-0000-101",
    hours=Said(id="Senin sampai Jumat", en="Monday to Friday"),
)


def qr() -> str:
    drawn: str = segno.make(PROOF.address, error="m").svg_inline(scale=3, omitsize=True, svgclass=None, lineclass=None)
    return drawn


def deferral() -> Notice:
    return replace(made(DEFERRAL), proof=PROOF, ask=ASK)


def ban() -> Notice:
    return replace(made(BAN), proof=PROOF, ask=ASK)


def named(name: str) -> Notice:
    return replace(deferral(), about=About(name=name, birth_year="1990"))


def printed(notice: Notice) -> list[str]:
    return Paper(letters.render(notice, qr())).pages


def test_it_is_one_sheet_whole_in_indonesian_and_one_whole_in_english() -> None:
    indonesian, english = printed(ban())
    for half in (indonesian, english):
        assert all(
            word in half for word in ("Sari Wulandari", "PB/2026/9C3B-2F1F-3D6F", "UU 6/2011 Ps 96", "KEP-1/2026")
        )
        assert all(word in half for word in (PROOF.code, PROOF.address, "•••••001", "0341-0000-101"))
    assert all(
        word in indonesian
        for word in (
            "Surat pemberitahuan: Pencegahan",
            "Paling lambat",
            "29 Mei 2027, 24.00 WIB",
            "bukan tuduhan",
            "Halaman 1/2",
            "Jaksa Agung",
        )
    )
    assert all(
        word in english
        for word in (
            "Notice: Exit ban",
            "At the latest",
            "29 May 2027, 24:00 WIB",
            "not an accusation",
            "Page 2/2",
            "Attorney General",
        )
    )


def test_every_remedy_stands_there_with_its_law_and_its_last_day() -> None:
    indonesian, english = printed(deferral())
    for law in ("UU 30/2014 Ps 77", "UU 30/2014 Ps 78", "UU 5/1986 Ps 55", "UU 37/2008 Ps 24", "UU 27/2022 Ps 30"):
        assert law in indonesian and law in english
    assert all(day in indonesian for day in ("31 Desember 2026", "1 Februari 2027", "16 Mei 2027", "30 November 2028"))
    assert all(day in english for day in ("31 December 2026", "1 February 2027", "16 May 2027", "30 November 2028"))
    assert "21 hari kerja" in indonesian and "within 72 hours" in english


@pytest.mark.parametrize(
    "kind", ["exit_ban", "exit_ban_urgent", "passport_postponement", "passport_suspension", "departure_deferral"]
)
@pytest.mark.parametrize("verb", ["decide", "extend", "lift"])
def test_each_kind_fits_two_sheets_whatever_was_done(kind: str, verb: str) -> None:
    notice = made(replace(BAN, kind=kind, verb=verb))
    assert len(printed(replace(notice, proof=PROOF, ask=ASK))) == 2


def test_it_is_pdf_a_and_pdf_ua_and_the_code_has_its_alternative_text() -> None:
    paper = Paper(letters.render(deferral(), qr()))
    assert paper.claims == {"pdfaid 2A", "pdfuaid 1"}
    assert [PROOF.address in text for text in paper.alternatives] == [True, True]
    assert b"(D:20261130040000Z)" in paper.bytes, "the date inside is the act's"


def test_the_same_notice_is_the_same_bytes_also_in_another_process_at_another_time() -> None:
    """Another clock, other fonts on the machine and another process make no difference."""
    words = "from tests.registers.test_letters import digest; print(digest())"
    told = os.environ | {"DJANGO_SETTINGS_MODULE": "tests.settings", "TZ": "Asia/Tokyo", "SOURCE_DATE_EPOCH": "1"}
    other = subprocess.run(
        [sys.executable, "-c", words], cwd=ROOT, env=told, capture_output=True, text=True, check=True
    )
    assert other.stdout.strip() == digest()
    assert digest(replace(deferral(), issued_at=datetime(2026, 11, 30, 4, 0, 1, tzinfo=UTC))) != digest()


def digest(notice: Notice | None = None) -> str:
    return hashlib.sha256(letters.render(notice or deferral(), qr())).hexdigest()


HOSTILE = [
    "#set text(fill: white)",
    '#panic("x")',
    '#import "@preview/cetz:0.3.0"',
    '#read("/etc/passwd")',
    "$ x^2 $ \\ \\u{41} @glossary <label> _a_ *b* `c` = D",
    "// no comment /* nor this */",
    '"]} , "name": "Other',
    'O\'Neil "Budi" -- --- ... ~ -?',
    "Ñandú Łódź Œuvre",
    "Сари Вуландари",
    "Σάρι",
    "https://example.org/x",
]


@pytest.mark.parametrize("name", HOSTILE)
def test_whatever_stands_in_a_name_is_printed_as_it_is_and_never_obeyed(name: str) -> None:
    for half in printed(named(name)):
        assert name in half, half[:400]
    assert len(printed(named(name))) == 2


def test_a_name_in_a_script_written_from_right_to_left_is_printed_with_all_its_letters() -> None:
    for half in printed(named("محمد")):
        assert set("محمد") <= set(half) and "U+" not in half


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("王 Sari", "[U+738B] Sari"),
        ("Sari 😀", "Sari [U+1F600]"),
        ("Sari\u202eirad", "Sari[U+202E]irad"),
        ("Sari\x00\n", "Sari[U+0000]"),
        ("Sari \ud800", "Sari [U+D800]"),
        ("ᬲᬸ", "[U+1B32][U+1B38]"),
        ("\u2749\u0347\u0940", "[U+2749][U+0347][U+0940]"),  # two fonts have one each, none has both together
    ],
)
def test_a_letter_that_cannot_be_printed_is_written_by_its_number_and_the_paper_says_so(
    name: str, written: str
) -> None:
    indonesian, english = printed(named(name))
    assert written in indonesian and written in english
    assert "Unicode" in indonesian and "Unicode" in english
    assert "Unicode" not in printed(deferral())[0]


@pytest.mark.parametrize("length", [40, 300, 3000])
def test_a_very_long_name_stays_on_the_sheet(length: int) -> None:
    """A word longer than the line breaks; the text begins again further down, and every letter of it is there."""
    name = "Wulandari" * (length // 9)
    pages = printed(named(name))
    assert name in "".join(pages).replace(" ", "")


@pytest.mark.parametrize("name", ["", "   "])
def test_without_a_name_the_paper_says_that_none_is_on_record(name: str) -> None:
    indonesian, english = printed(named(name))
    assert "(tanpa nama tercatat)" in indonesian and "(no name on record)" in english


@pytest.mark.parametrize("to_whom", ADDRESSEES)
def test_the_head_says_to_whom_it_goes_and_the_rest_is_the_same_for_all(to_whom: str) -> None:
    notice = replace(made(BAN, to_whom=to_whom), proof=PROOF, ask=ASK)
    page = printed(notice)[0]
    assert notice.addressee.id in page
    assert page.replace(notice.addressee.id, "Kepada yang bersangkutan") == printed(ban())[0]


def test_without_a_written_address_it_leads_back_to_the_office_that_gave_it() -> None:
    indonesian, _ = printed(replace(deferral(), ask=Contact(office="TPI Luar")))
    assert "Di kantor yang memberi Anda surat ini." in indonesian


def test_how_long_a_notice_takes_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    """Measured, not asserted: 200 ms is what a counter would notice."""
    letters.render(deferral(), qr())
    started = time.perf_counter()
    for _ in range(10):
        letters.render(deferral(), qr())
    with capsys.disabled():
        print(
            f"\n  a notice of two sheets: {(time.perf_counter() - started) * 100:.0f} ms, {len(letters.render(deferral(), qr()))} bytes"
        )
