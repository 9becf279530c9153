"""The tables of policy/: whole, in both languages, with counterparts that exist; and what is said of a table that is not."""

from __future__ import annotations

import copy
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from suar.core.identity.dates import USUAL_PARTIAL, read_partial_date
from suar.core.standard import BadTable, read_codes, read_mapping, read_standard
from suar.core.standard.codes import fold
from suar.core.standard.fields import SENSITIVITY
from tests.core.standard.adopted import OFFICE, codes, office, standard, tables
from tests.core.standard.counterparts import CTDC_VARIABLES, HTCDS_DEPRECATED, HTCDS_FIELDS, HTCDS_VALUES

ROOT = Path(__file__).resolve().parents[3]
#: The kinds that issue 2 and the agencies' systems (DOMAIN A) name, written here apart from the tables.
KINDS = [
    "passport_application",
    "passport",
    "crossing",
    "exit_ban",
    "departure_deferral",
    "worker_registration",
    "job_order",
    "p3mi",
    "placement",
    "e_pmi",
    "prevention_record",
    "worker_return",
    "recommendation_letter",
    "complaint",
    "panic_call",
    "repatriation",
    "shelter_stay",
    "police_report",
    "suspect",
    "victim_service",
    "self_report",
    "tip",
    "question",
    "education_session",
    "village_profile",
    "trafficking_case",
]
ALWAYS_SEALED = {"victim_service", "shelter_stay", "trafficking_case"}
SOMETIMES_SEALED = {"complaint", "repatriation", "police_report", "worker_return", "panic_call", "suspect"}


def test_the_standard_has_every_kind_and_no_other() -> None:
    assert sorted(standard().kinds) == sorted(KINDS)


def test_protection_kinds_are_sealed_by_the_standard_itself() -> None:
    sealed = {name: kind.protection for name, kind in standard().kinds.items() if kind.protection != "never"}
    assert sealed == dict.fromkeys(ALWAYS_SEALED, "always") | dict.fromkeys(SOMETIMES_SEALED, "conditional")


@pytest.mark.parametrize("kind", KINDS)
def test_each_field_has_meaning_owner_law_and_sensitivity(kind: str) -> None:
    of = standard()[kind]
    assert of.said.id and of.said.en and of.meaning.id and of.meaning.en and of.law
    for field in of.fields.values():
        assert field.row.meaning.id and field.row.meaning.en and field.owner and field.law
        assert field.row.sensitivity in SENSITIVITY
        assert not (field.row.required and field.row.bad == "leave_out"), f"{kind}.{field.name} is needed and left out"


def test_names_and_codes_of_the_standard_are_plain_words() -> None:
    for kind in standard().kinds.values():
        assert all(re.fullmatch("[a-z][a-z0-9_]*", name) for name in (kind.name, *kind.fields))


def test_the_fields_of_a_human_are_those_that_everybody_counts_on() -> None:
    human = "full_name nik kk sex birth_date birth_place mother_name father_name phone address region_code passport_no nationality"
    assert set(human.split()) <= set(standard()["worker_registration"].fields)
    assert read_partial_date("~34@2024-05-01", USUAL_PARTIAL).get() == "~34@2024-05-01"


def test_counterparts_in_htcds_and_ctdc_exist_and_none_is_deprecated() -> None:
    for kind in standard().kinds.values():
        for field in kind.fields.values():
            assert set(field.row.htcds) <= HTCDS_FIELDS - HTCDS_DEPRECATED, field.row.htcds
            assert set(field.row.ctdc) <= CTDC_VARIABLES, field.row.ctdc
            assert not (field.row.htcds and field.row.extends), f"{field.name} cannot be both"
    for listed in codes().lists.values():
        for row in listed.rows.values():
            assert {row.htcds} <= HTCDS_VALUES | {""}, row.htcds
            assert {row.ctdc} <= CTDC_VARIABLES | {""}, row.ctdc


def test_what_htcds_lacks_is_there_as_an_extension() -> None:
    fields = standard()["victim_service"].fields
    for name in ("forced_crimes", "debt", "debt_amount", "perpetrator_roles", "screened_how", "screened_on"):
        assert fields[name].row.extends == "htcds" and fields[name].row.sensitivity == "protection"
    assert codes()["exploitation_types"].rows["forced_criminality"].htcds == ""
    assert {"social_media", "online_advert"} <= set(
        codes()["recruitment_methods"].rows
    ) and "recruitment_platforms" in fields


def test_every_list_is_used_dated_and_in_both_languages() -> None:
    used = {
        field.row.codes for kind in standard().kinds.values() for field in kind.fields.values() if field.row.codes
    } | {"countries", "outcomes"}
    assert set(codes().lists) == used
    for listed in codes().lists.values():
        assert listed.dated and listed.source and listed.said.id and listed.said.en
        assert all(row.id and row.en for row in listed.rows.values())


def test_countries_are_alpha_3_and_read_as_officers_write_them() -> None:
    listed = codes()["countries"]
    assert len(listed.rows) >= 249 and all(re.fullmatch("[A-Z]{3}", code) for code in listed.rows)
    written = {"Korsel": "KOR", "UEA": "ARE", "KSA": "SAU", "Arab Saudi": "SAU", "Hongkong": "HKG", "Taiwan": "TWN", "Kamboja": "KHM", "Suriah": "SYR",
               "Turki": "TUR", "MY": "MYS", "Brunei Darussalam": "BRN", "Malaysia (Sabah)": "MYS", "Tiongkok": "CHN", "Amerika Serikat": "USA"}  # fmt: skip
    assert {name: listed.code_of(name) for name in written} == written


@pytest.mark.parametrize(
    ("left", "right"),
    [("Kunjungan Keluarga", "KUNJUNGAN_KELUARGA"), ("P to P", "PtoP"), ("tahap-1", "TAHAP 1"), ("P-21", "p21")],
)
def test_case_blanks_and_separators_of_a_code_do_not_matter(left: str, right: str) -> None:
    assert fold(left) == fold(right)


def test_every_code_that_is_said_has_its_sentence_and_every_sentence_is_said() -> None:
    """Codes are literal in our modules; the words stand in policy/sentences, in both languages, and repeat no value."""
    mine = [
        path for path in (ROOT / "suar/core/standard").glob("*.py") if path.stem != "mistakes"
    ] + [  # whose words stand elsewhere
        ROOT / f"suar/core/identity/{name}.py"
        for name in [
            "country",
            "dates",
            "instants",
            "kk",
            "letters",
            "mrz",
            "nik",
            "passport",
            "phone",
            "region",
            "sex",
            "slips",
            "written",
            "zones",
        ]
    ]
    said = set(
        re.findall(
            r'(?:fault|remark|code=|_column|_NEEDED)?[("=\s]"([a-z_]+\.[a-z_]+)"',
            "\n".join(path.read_text() for path in mine),
        )
    )
    sentences = {
        f"{above}.{code}": words
        for above, below in tables("sentences")["standard"].items()
        if isinstance(below, dict)
        for code, words in below.items()
    }
    assert said == set(sentences)
    for words in sentences.values():
        assert set(words) == {"id", "en"} and all(text.endswith(".") for text in words.values())


def changed(text: str, path: str, value: Any) -> dict[str, Any]:
    table: dict[str, Any] = yaml.safe_load(text)
    *above, last = path.split("/")
    inner = table
    for step in above:
        inner = inner[step]
    if value is None:
        del inner[last]
    else:
        inner[last] = value
    return table


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        ("zone", "Asia/Nowhere", "no zone called"),
        ("feed", "push", "feed"),
        ("vanished", "withdrawn", "a delta says nothing"),
        ("stale_after_minutes", 30, "before it is due"),
        ("rhythm_minutes", 0, "rhythm_minutes"),
        ("surprise", 1, "surprise"),
        ("kinds/permohonan/kind", "visa", "no kind visa"),
        ("kinds/permohonan/fields/colour", "warna", "no field colour"),
        ("kinds/permohonan/fields/status", None, "status is required"),
        ("kinds/permohonan/fields/purpose", {"from": "tujuan", "codes": {"W": "holiday"}}, "no code holiday"),
        ("kinds/permohonan/fields/birth_date", {"from": "lahir", "format": "DD-MMM-YY"}, "no style called"),
        ("kinds/permohonan/fields/birth_date", {"from": "umur", "read": "age"}, "go together"),
        ("kinds/permohonan/fields/sex", {"from": "jk", "read": "age"}, "gives no sex"),
        ("kinds/permohonan/fields/nik", {"from": "nik", "split": ","}, "holds one"),
        ("kinds/permohonan/fields/nik", {}, "either `from` or `constant`"),
        ("kinds/permohonan/fields/nik", False, "in quotes"),
        ("kinds/permohonan/version", {"from": "versi", "read": "roman"}, "none of"),
        ("kinds/permohonan/record_id", None, "record_id"),
    ],
)
def test_a_mapping_that_cannot_be_is_refused_and_says_where(path: str, value: Any, said: str) -> None:
    with pytest.raises(BadTable, match=said):
        read_mapping(changed(OFFICE, path, value), standard(), codes())


def test_every_mistake_of_a_mapping_is_said_at_once() -> None:
    table = changed(OFFICE, "kinds/permohonan/fields/purpose", {"from": "x", "codes": {"W": "holiday"}})
    table["kinds"]["permohonan"]["fields"]["colour"] = "warna"
    table["stale_after_minutes"] = 1
    with pytest.raises(BadTable) as refused:
        read_mapping(table, standard(), codes())
    assert len(refused.value.problems) == 3


def test_a_record_that_may_be_of_a_child_needs_the_day_of_the_statement() -> None:
    table = changed(
        OFFICE,
        "kinds",
        {
            "kasus": {
                "kind": "panic_call",
                "record_id": "id",
                "fields": {"called_at": "t", "status": {"constant": "open"}},
            }
        },
    )
    with pytest.raises(BadTable, match="so it must be mapped"):
        read_mapping(table, standard(), codes())


def test_coverage_is_judged_for_the_kabupaten() -> None:
    assert office().covers.holds("990101") and not office().covers.holds("990201") and not office().covers.everywhere


@pytest.mark.parametrize(
    ("kind", "change", "said"),
    [
        ("crossing", {"include": ["nobody"]}, "no group called nobody"),
        ("crossing", {"omit": ["colour"]}, "omits colour"),
        ("tip", {"protection": "conditional"}, "without a condition"),
        ("complaint", {"protected_when": {"codes": {"colour": ["red"]}}}, "which is no field"),
        ("crossing", {"owner": None}, "owner"),
    ],
)
def test_a_standard_that_cannot_be_is_refused(kind: str, change: dict[str, Any], said: str) -> None:
    broken = copy.deepcopy(tables("standard"))
    broken[kind] |= change
    with pytest.raises(BadTable, match=said):
        read_standard(broken, codes())


@pytest.mark.parametrize(
    ("name", "said"), [("colours", "no code list called colours"), ("", "belongs to a code field")]
)
def test_a_code_field_needs_its_list(name: str, said: str) -> None:
    broken = copy.deepcopy(tables("standard"))
    broken["crossing"]["fields"]["direction"]["codes"] = name
    with pytest.raises(BadTable, match=said):
        read_standard(broken, codes())


def test_one_spelling_cannot_mean_two_codes() -> None:
    table = {"list": "x", "dated": "2026-11-21", "name": {"id": "X", "en": "X"}, "source": "test",
             "codes": {"a": {"id": "A", "en": "A", "aliases": ["same"]}, "b": {"id": "B", "en": "B", "aliases": ["Same"]}}}  # fmt: skip
    with pytest.raises(BadTable, match="claimed by a and b"):
        read_codes({"x": table})
