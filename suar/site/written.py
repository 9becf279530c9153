"""How values are written for people: dates, ages, numbers, in Indonesian and English (UI: "21 Nov 2026, 14.05 WIB")."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone

MONTHS = {
    "id": ("Jan", "Feb", "Mar", "Apr", "Mei", "Jun", "Jul", "Agu", "Sep", "Okt", "Nov", "Des"),
    "en": ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
}
#: Indonesia's three zones by what a clock there shows against UTC.
ZONES = {7: "WIB", 8: "WITA", 9: "WIT"}
#: Seconds of each step, and its word: Indonesian, English one, English many.
STEPS = ((86400, "hari", "day", "days"), (3600, "jam", "hour", "hours"), (60, "menit", "minute", "minutes"))
YEAR, MONTH, FULL = 4, 7, 10


def instant(value: Any, language: str, zone: ZoneInfo | None = None) -> str:
    """An instant on the clock of the desk; text that is no instant is given back as it came."""
    moment = as_instant(value)
    if moment is None:
        return day(value, language)
    local = moment.astimezone(zone or timezone.get_current_timezone())
    offset = local.utcoffset()
    hours = int(offset.total_seconds() // 3600) if offset is not None else 0
    name = ZONES.get(hours, f"UTC{hours:+d}")
    dot = "." if language == "id" else ":"
    return f"{local.day} {MONTHS[tongue(language)][local.month - 1]} {local.year}, {local:%H}{dot}{local:%M} {name}"


def local_day(value: Any, language: str, zone: ZoneInfo | None = None) -> str:
    """The day of an instant on the calendar of the desk; anything else as `day` writes it."""
    moment = as_instant(value)
    return day(moment.astimezone(zone or timezone.get_current_timezone()).date() if moment else value, language)


def as_instant(value: Any) -> datetime | None:
    if isinstance(value, datetime):
        return value if value.tzinfo else None
    if not isinstance(value, str) or "T" not in value:
        return None
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return None
    return moment if moment.tzinfo else None


def day(value: Any, language: str) -> str:
    """A date of the standard, whole or partial: 1990-05-12, 1990-05, 1990, ~34@2024-05-01 (about 34 years old on that day)."""
    if value is None or value == "":
        return ""
    if isinstance(value, datetime):
        return instant(value, language) if value.tzinfo else str(value)
    text = value.isoformat() if isinstance(value, date) else str(value)
    if as_instant(text):
        return instant(text, language)
    if aged := re.fullmatch(r"~([0-9]{1,3})@([0-9]{4}-[0-9]{2}-[0-9]{2})", text):
        word = "berumur sekitar {0} pada {1}" if language == "id" else "aged about {0} on {1}"
        return word.format(aged[1], day(aged[2], language))
    if not re.fullmatch(r"[0-9]{4}(-(0[1-9]|1[0-2])(-[0-9]{2})?)?", text):
        return text
    if len(text) == YEAR:
        return text
    month = MONTHS[tongue(language)][int(text[5:7]) - 1]
    return f"{month} {text[:4]}" if len(text) == MONTH else f"{int(text[8:10])} {month} {text[:4]}"


def age(value: Any, language: str) -> str:
    """A length of time in its largest whole step: 3 menit, 2 hari."""
    try:
        seconds = int(value)
    except (TypeError, ValueError):
        return ""
    for step, one_id, one_en, many_en in STEPS:
        if (count := seconds // step) >= 1:
            word = one_id if language == "id" else one_en if count == 1 else many_en
            return f"{count} {word}"
    return "kurang dari semenit" if language == "id" else "under a minute"


def number(value: Any, language: str) -> str:
    """1.234 in Indonesian, 1,234 in English; years and codes come as text and stay so."""
    if isinstance(value, bool) or not isinstance(value, int):
        return str(value)
    grouped = f"{value:,}"
    return grouped.replace(",", ".") if language == "id" else grouped


def percent(permille: int, language: str) -> str:
    """12,3 % in Indonesian, 12.3 % in English, from whole permille; never broken over two lines."""
    whole, tenth = divmod(permille, 10)
    return f"{whole}{',' if language == 'id' else '.'}{tenth}\u00a0%"


def bits(value: Any, language: str) -> str:
    """Millibits of evidence with sign and one decimal: 3200 is +3,2."""
    try:
        tenths = round(int(value) / 100)
    except (TypeError, ValueError):
        return ""
    mark = "," if language == "id" else "."
    sign = "-" if tenths < 0 else "+"
    return f"{sign}{abs(tenths) // 10}{mark}{abs(tenths) % 10}"


def tongue(language: str) -> str:
    return "en" if language.startswith("en") else "id"
