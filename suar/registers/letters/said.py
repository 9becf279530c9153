"""A notice in one language: the words of the policy, and dates as people of that language write them."""

from __future__ import annotations

from datetime import date
from typing import Any

from babel.dates import format_date

from suar.core.registers.notice import Contact, LocalTime, Notice, Remedy
from suar.core.standard.tables import Said

LANGUAGES = ("id", "en")
LOCALES = {"id": "id_ID", "en": "en_GB"}


def half_of(notice: Notice, language: str) -> dict[str, Any]:
    """Everything that stands on one half of the paper, as text."""

    def word(code: str) -> str:
        return text(notice.words[code], language)

    labels = {
        f"{name}_label": word(name)
        for name in ("number", "page", "about", "decided", "ground", "means", "not_means", "remedies", "ask", "code")
    }
    return labels | {
        "lang": language,
        "title": f"{word('title')}: {text(notice.title, language)}",
        "addressee": text(notice.addressee, language),
        "issued": f"{word('issued')} {moment(notice.issued, language)}",
        "name": notice.about.name.strip() or word("no_name"),
        "about": known_by(notice, language),
        "note": word("unprintable"),
        "act": text(notice.act, language),
        "measure": text(notice.measure, language),
        "facts": facts(notice, language),
        "ground": text(notice.ground, language),
        "means": [text(one, language) for one in notice.means],
        "not_means": [text(one, language) for one in notice.not_means],
        "columns": [word(name) for name in ("step", "to", "latest")],
        "remedies": [step(notice, one, language) for one in notice.remedies],
        "ask": ask(notice, notice.ask, language),
        "verify": word("verify"),
        "qr_alt": f"{word('qr')} {notice.proof.address}",
    }


def text(said: Said, language: str) -> str:
    return said.id if language == "id" else said.en


def day(value: date, language: str) -> str:
    """31 Desember 2026, 31 December 2026."""
    return format_date(value, "d MMMM yyyy", locale=LOCALES[language])


def moment(value: LocalTime, language: str) -> str:
    """31 Desember 2026, 14.05 WIB; in English with a colon."""
    clock = value.clock if language == "id" else value.clock.replace(".", ":")
    return f"{day(value.day, language)}, {clock} {value.letters}"


def known_by(notice: Notice, language: str) -> str:
    """What else says whom the notice is about: the birth year, and the ends of numbers."""
    parts = [f"{text(notice.words['born'], language)} {notice.about.birth_year}"] if notice.about.birth_year else []
    parts += [f"{text(notice.words[name], language)} {end}" for name, end in notice.about.identifiers]
    return "".join(f", {part}" for part in parts)


def facts(notice: Notice, language: str) -> list[list[str]]:
    """The rows below the measure; a decision without number has no row for it."""
    until = text(notice.words["until"], language)
    rows = [
        ("period", f"{moment(notice.begins, language)} {until} {moment(notice.ends, language)}"),
        ("authority", text(notice.authority, language)),
        ("decision", notice.decision_no),
        ("law", "; ".join(notice.law)),
    ]
    return [[text(notice.words[name], language), said] for name, said in rows if said]


def step(notice: Notice, remedy: Remedy, language: str) -> dict[str, Any]:
    """One row of what can be done."""

    def word(code: str, count: int = 0) -> str:
        return text(notice.words[code], language).replace("{days}", str(count))

    length = ""
    if remedy.years:
        length = word("years", remedy.years)
    elif remedy.days:
        length = word("working_days" if remedy.days_are == "working" else "calendar_days", remedy.days)
    counted = word(f"from_{remedy.counted_from}")
    answered = ""
    if remedy.answered_in_days:
        answered = word("within", remedy.answered_in_days)
    elif remedy.answered_in_hours:
        answered = word("hours", remedy.answered_in_hours)
    return {
        "name": text(remedy.name, language),
        "words": text(remedy.words, language),
        "law": list(remedy.law),
        "to": text(remedy.to, language),
        "latest": day(remedy.latest, language) if remedy.latest else counted,
        "counted": " ".join(part for part in (length, counted) if part) if remedy.latest else "",
        "answered": f"{word('answered')} {answered}" if answered else "",
    }


def ask(notice: Notice, contact: Contact, language: str) -> list[str]:
    """Where to ask: the office, its address, its telephone and hours; without an address, where the letter came from."""
    if contact.address is None:
        return [text(notice.words["ask_nowhere"], language)]
    reached = [f"{text(notice.words['phone'], language)} {contact.phone}"] if contact.phone else []
    reached += [text(contact.hours, language)] if contact.hours else []
    return (
        [f"{contact.office}, {text(contact.address, language)}", " · ".join(reached)]
        if reached
        else [text(contact.address, language)]
    )
