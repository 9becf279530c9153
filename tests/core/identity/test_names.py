"""Names: reading one, and what two say. The cases of DOMAIN C2 stand in tests/golden/names.csv."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from suar.core.identity.names import NameTables, NameVerdict, compare_names, read_name
from suar.core.identity.person import Description
from suar.core.identity.spelling import letters, modern, sound
from suar.core.standard.tables import BadTable
from tests.core.matching.people import NAMES, unhurried
from tests.golden import adopted

TABLES = adopted.matching().names


@pytest.mark.parametrize(
    ("written", "own", "titles"),
    [
        ("H. Drs. Rahmat Hidayat, M.M.", "rahmat hidayat", ("h", "drs", "mm")),
        ("ABD. MUIS, S.Pd", "abd muis", ("spd",)),
        ("RAHMAT HIDAYAT S.Pd.", "rahmat hidayat", ("spd",)),
        ("HIDAYAT, RAHMAT", "hidayat rahmat", ()),
        ("Haji", "haji", ()),
        ("H. Hj.", "h hj", ("h", "hj")),
        ("Siti S.", "siti s", ()),
    ],
)
def test_titles_go_aside_and_names_stay(written: str, own: str, titles: tuple[str, ...]) -> None:
    name = read_name(written, TABLES)
    assert name.text == own
    assert not titles or name.titles in (titles, ())


def test_a_patronymic_is_the_father_and_no_part_of_the_name() -> None:
    name = read_name("Suparman bin Karto Wiryo", TABLES)
    assert name.text == "suparman" and [word.text for word in name.father] == ["karto", "wiryo"]


def test_a_visa_that_adds_the_father_agrees_with_the_card_that_names_him() -> None:
    alone = compare_names("Suparman Karto", "Suparman", TABLES)
    with_father = compare_names("Suparman Karto", "Suparman", TABLES, fathers=("", "Karto"))
    assert with_father.weight > alone.weight
    assert [reason.code for reason in with_father.reasons] == ["name.word.same", "name.word.father"]


def test_other_fathers_speak_against() -> None:
    same = compare_names("Suparman bin Karto", "Suparman bin Karto", TABLES).weight
    other = compare_names("Suparman bin Karto", "Suparman bin Wiryo", TABLES).weight
    assert other < same


def test_birth_order_is_read_and_says_nothing_about_who() -> None:
    name = read_name("I Wayan Sudarma", TABLES)
    assert name.text == "sudarma" and name.birth_order == {1}
    assert read_name("Ketut", TABLES).text == "ketut"


@pytest.mark.parametrize("word", ["joko", "jono", "juwita", "wijayanti"])
def test_old_spelling_goes_one_way_only(word: str) -> None:
    assert modern(word) == word


@pytest.mark.parametrize(
    "spellings",
    ["muhammad mochamad mokhamad mohamad", "rizki risky rizqi", "ramadhan romadon", "boedy budi", "aisyah aisah aisya"],
)
def test_spellings_of_one_name_have_one_sound(spellings: str) -> None:
    assert len({sound(word) for word in spellings.split()}) == 1


@unhurried(500)
@given(NAMES, NAMES)
def test_any_two_names_compare_both_ways_and_their_steps_add_up(a: str, b: str) -> None:
    there, back = compare_names(a, b, TABLES), compare_names(b, a, TABLES)
    assert (there.weight, there.verdict) == (back.weight, back.verdict)
    assert there.weight == sum(reason.weight for reason in there.reasons)
    assert TABLES.levels.different <= there.weight <= TABLES.levels.cap


@unhurried()
@given(NAMES)
def test_a_name_is_never_different_from_itself(name: str) -> None:
    assert compare_names(name, name, TABLES).verdict is not NameVerdict.DIFFERENT


@unhurried()
@given(st.text(max_size=400))
def test_letters_are_plain_and_reading_again_changes_nothing(text: str) -> None:
    plain = letters(text)
    assert letters(plain) == plain and plain.isascii()


def test_a_word_in_two_families_is_a_mistake_of_the_table() -> None:
    names, rarity = (adopted.tables("matching")[name] for name in ("names", "rarity"))
    names["families"]["ahmad"]["words"].append("mochamad")
    with pytest.raises(BadTable, match="mochamad"):
        NameTables.read(names, rarity)


def test_a_description_keeps_what_is_known_and_reads_back() -> None:
    about = Description.of(
        {"full_name": " Sari  Rahmawati ", "sex": 2, "nik": None, "phone": ["+62811", "x"], "other": 1}
    )
    assert (about.full_name, about.sex, about.nik, about.phone) == ("Sari Rahmawati", "2", "", "+62811")
    assert about.known == ("full_name", "sex", "phone")
    assert about.to_json() == b'{"full_name":"Sari Rahmawati","phone":"+62811","sex":"2"}'
    assert Description.from_json(about.to_json()) == about
