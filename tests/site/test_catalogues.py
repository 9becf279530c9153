"""Both languages are whole: no template string, no page's message and no code is without its Indonesian and its English words."""

from __future__ import annotations

import os
import re
import string
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from suar.site import catalogues, sentences

LANGUAGES = ("id", "en")
SAID = re.compile(r"{%\s*say\s+\"([a-z0-9_.]+)\"|\"([a-z0-9_]+\.[a-z0-9_.]+)\"\s*\|\s*say\b")
NAMED = re.compile(r"\|\s*named:\s*[\"']([a-z0-9_]+)[\"']")


def catalogue(language: str) -> Catalog:
    with (catalogues.LOCALE / language / "LC_MESSAGES" / "django.po").open("rb") as told:
        return read_po(told, locale=language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_string_of_a_template_or_page_has_its_words(language: str) -> None:
    known = {message.id: message.string for message in catalogue(language) if message.id}
    missing = {text: where.name for text, where in catalogues.strings() if not known.get(text)}
    assert not missing, "\n".join(f'# {where}\nmsgid "{text}"\nmsgstr ""' for text, where in missing.items())


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_catalogue_keeps_words_that_nobody_says(language: str) -> None:
    said = {text for text, _where in catalogues.strings()}
    assert not {message.id for message in catalogue(language) if message.id} - said


def test_indonesian_is_not_left_in_english() -> None:
    same = {str(message.id) for message in catalogue("id") if message.id and message.id == message.string}
    assert not same


def test_every_code_has_both_languages() -> None:
    codes = sentences.catalogue()
    half = {
        code
        for code, texts in codes.items()
        if {name for name, text in texts.items() if text.strip()} != set(LANGUAGES)
    }
    assert len(codes) > 200 and not half


def test_both_languages_take_the_same_parameters() -> None:
    assert not [code for code, texts in sentences.catalogue().items() if taken(texts["id"]) != taken(texts["en"])]


def taken(sentence: str) -> set[str]:
    return {name for _text, name, _spec, _conversion in string.Formatter().parse(sentence) if name}


def templates() -> list[Path]:
    return sorted(catalogues.SUAR.glob("**/templates/**/*.html"))


def test_every_code_that_a_template_names_outright_has_a_sentence() -> None:
    said = {one or other for file in templates() for one, other in SAID.findall(file.read_text(encoding="utf-8"))}
    whole = {code for code in said if not code.endswith(".")}
    assert len(whole) > 5 and not {code for code in whole if not sentences.known(code)}


def test_every_space_of_codes_that_a_template_names_has_sentences() -> None:
    spaces = {space for file in templates() for space in NAMED.findall(file.read_text(encoding="utf-8"))}
    written = {code.split(".")[0] for code in sentences.catalogue()}
    assert spaces and not spaces - written


def test_a_code_without_a_sentence_shows_itself_and_a_missing_parameter_too() -> None:
    texts = {"late": {"id": "terlambat {days:n hari}", "en": "{days:n day|days} late"}}
    assert sentences.say("nobody.wrote.this", None, "id") == "[nobody.wrote.this]"
    assert sentences.say("late", {}, "en", texts=texts) == "{days} late"
    assert [sentences.say("late", {"days": n}, "en", texts=texts) for n in (1, 2)] == ["1 day late", "2 days late"]


def test_a_sentence_never_reaches_into_what_it_is_given() -> None:
    texts = {"sly": {"id": "{a.__class__} {b[0]}", "en": "{a.__class__} {b[0]}"}}
    assert sentences.say("sly", {"a": 1, "b": [2]}, "id", texts=texts) == "{a.__class__} {b[0]}"


def test_the_same_code_in_two_files_is_refused(tmp_path: Path) -> None:
    for name in ("a.yaml", "b.yaml"):
        (tmp_path / name).write_text('advice: {clear: {id: "Persilakan", en: "Go on"}}\n')
    with pytest.raises(ValueError, match=r"advice\.clear"):
        sentences.read_catalogue(tmp_path)


def test_catalogues_are_compiled_once_and_again_when_changed(tmp_path: Path) -> None:
    source = tmp_path / "id" / "LC_MESSAGES" / "django.po"
    source.parent.mkdir(parents=True)
    source.write_bytes((catalogues.LOCALE / "id" / "LC_MESSAGES" / "django.po").read_bytes())
    assert catalogues.compile_catalogues(tmp_path) == [source.with_suffix(".mo")]
    assert catalogues.compile_catalogues(tmp_path) == []
    later = source.with_suffix(".mo").stat().st_mtime + 10
    os.utime(source, (later, later))
    assert catalogues.compile_catalogues(tmp_path) == [source.with_suffix(".mo")]
