"""Pictures drawn by the server as SVG: bars, sparklines, the tile map of kabupaten. No script, no inline style (CSP), each with its words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from suar.core.matching.differences import differences
from suar.site import sentences, written
from suar.site.training import charts

register = template.Library()

FULL_BITS = 12_000  # a bar is full at 12 bits: odds of 4,096 to 1, beyond which more says no more to the eye
BAR, HALF = 120, 60
SPARK_WIDTH, SPARK_HEIGHT = 120, 28
TILE, STEP, PER_ROW = 7, 9, 6
BLOCK_WIDTH, BLOCK_HEIGHT = PER_ROW * STEP + 14, 7 * STEP + 20
STATES = ("fresh", "stale", "unreachable", "not_covering")

#: Where each province's block stands on the tile map: column and row, roughly as the islands lie. Ours; codes of Kemendagri.
PLACES = {
    "11": (0, 0), "12": (1, 0), "14": (2, 0), "21": (3, 0), "61": (4, 0), "65": (6, 0), "75": (8, 0), "71": (9, 0), "82": (10, 0),
    "13": (1, 1), "15": (2, 1), "19": (3, 1), "62": (4, 1), "64": (6, 1), "72": (8, 1), "96": (10, 1), "92": (11, 1), "91": (12, 1),
    "17": (1, 2), "16": (2, 2), "18": (3, 2), "63": (5, 2), "76": (7, 2), "73": (8, 2), "74": (9, 2), "94": (11, 2), "95": (12, 2),
    "36": (2, 3), "31": (3, 3), "32": (4, 3), "33": (5, 3), "34": (6, 3), "35": (7, 3), "81": (10, 3), "93": (12, 3),
    "51": (8, 3), "52": (9, 3), "53": (11, 3),
}  # fmt: skip
COLUMNS, ROWS = 13, 4


@register.simple_tag
def signed_bar(weight: Any) -> SafeString:
    """Evidence for (right) or against (left) as a bar from the middle; the number beside it says the same."""
    share = max(-1.0, min(1.0, int(weight or 0) / FULL_BITS))
    length = max(2, round(abs(share) * (HALF - 2))) if weight else 0
    start = HALF if share >= 0 else HALF - length
    return format_html(
        '<svg class="bar bar--{}" viewBox="0 0 {} 12" aria-hidden="true" focusable="false">'
        '<path class="bar__middle" d="M{} 0v12"/><rect x="{}" y="2" width="{}" height="8" rx="2"/></svg>',
        "for" if share >= 0 else "against", BAR, HALF, start, length,
    )  # fmt: skip


@register.simple_tag
def reliability(points: Sequence[Sequence[int]], title: str) -> SafeString:
    """Stated probability against how often it was right, in thousandths; the numbers stand in its table."""
    told = [(int(x), int(y), int(n)) for x, y, n in points]
    words = [sentences.say("quality_said.point", {"stated": x, "found": y, "pairs": n}, tongue()) for x, y, n in told]
    axes = [sentences.say(f"quality_said.axis_{name}", None, tongue()) for name in ("stated", "found")]
    drawn = charts.reliability(
        told, title=title, described="; ".join(words), stated=axes[0], found=axes[1], styled=False
    )
    return mark_safe(drawn)  # noqa: S308  # numbers of ours, and words that charts escapes


@register.simple_tag
def compared(row: Mapping[str, Any], side: int) -> SafeString:
    """One of two values laid side by side, written as people write it; what the other has not is marked, underlined and not by colour alone."""
    written_ = [as_written(str(one["value"]), str(row["field"])) if one["value"] else "" for one in row["sides"]]
    if row["state"] != "differs":
        return format_html("{}", written_[side])
    parts = differences(*written_)[side]
    return format_html_join(
        "", "{}", [(part.text if part.same else format_html("<mark>{}</mark>", part.text),) for part in parts]
    )


@register.filter
def as_written(value: str, field: str) -> str:
    """A value of the standard as people write it: a day as a day, a sex as a word; nothing as a dash."""
    if field == "birth_date":
        return written.day(value, tongue())
    return sentences.say_or_code(f"{field}_word.{value}", value, tongue()) or "–"


@register.simple_tag
def sparkline(values: Sequence[int] | None, label: str) -> SafeString:
    """The lag over the last pulls, newest at the right; `label` names it, the numbers stand in its table."""
    numbers = [max(0, int(value)) for value in values or ()]
    if len(numbers) < 2:
        return format_html('<span class="quiet">{}</span>', sentences.say("spark.too_few", None, tongue()))
    top = max(*numbers, 1)
    across = (SPARK_WIDTH - 6) / (len(numbers) - 1)
    points = [(3 + i * across, SPARK_HEIGHT - 4 - n / top * (SPARK_HEIGHT - 8)) for i, n in enumerate(numbers)]
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    words = f"{label}: {spark_words(numbers)}"
    return format_html(
        '<svg class="spark" viewBox="0 0 {} {}" role="img" aria-label="{}">'
        '<polyline points="{}"/><circle cx="{}" cy="{}" r="2.5"/></svg>',
        SPARK_WIDTH, SPARK_HEIGHT, words, line, f"{points[-1][0]:.1f}", f"{points[-1][1]:.1f}",
    )  # fmt: skip


def spark_words(seconds: Sequence[int]) -> str:
    told = {"low": min(seconds), "high": max(seconds), "last": seconds[-1]}
    return sentences.say("spark.words", told, tongue())


@register.simple_tag
def tile_map(coverage: Iterable[Mapping[str, Any]] | None, label: str) -> SafeString:
    """One tile a kabupaten or kota, in blocks by province laid as the islands lie; one path a state keeps 514 tiles small."""
    tiles: dict[str, list[str]] = {state: [] for state in STATES}
    names: list[tuple[int, int, str]] = []
    for province, rows in sorted(by_province(coverage).items()):
        column, row = PLACES.get(province, (0, ROWS))
        left, top = column * BLOCK_WIDTH, row * BLOCK_HEIGHT
        names.append((left, top + 10, sentences.say_or_code(f"province.{province}", province, tongue())))
        for place, region in enumerate(rows):
            x, y = left + place % PER_ROW * STEP, top + 15 + place // PER_ROW * STEP
            tiles.setdefault(region["state"], []).append(f"M{x} {y}h{TILE}v{TILE}h-{TILE}z")
    paths = [(state, "".join(path)) for state, path in tiles.items() if path]
    return format_html(
        '<svg class="tiles" viewBox="0 0 {} {}" role="img" aria-label="{}">{}{}</svg>',
        COLUMNS * BLOCK_WIDTH, (ROWS + 1) * BLOCK_HEIGHT if any(p not in PLACES for p in by_province(coverage)) else ROWS * BLOCK_HEIGHT,
        f"{label}: {coverage_words(coverage)}",
        format_html_join("", '<text x="{}" y="{}">{}</text>', names),
        format_html_join("", '<path class="tiles__{}" d="{}"/>', paths),
    )  # fmt: skip


def by_province(coverage: Iterable[Mapping[str, Any]] | None) -> dict[str, list[Mapping[str, Any]]]:
    """Kabupaten and kota under the first two digits of their code, in order of code."""
    found: dict[str, list[Mapping[str, Any]]] = {}
    for row in sorted(coverage or (), key=lambda row: str(row["region"])):
        found.setdefault(str(row["region"])[:2], []).append(row)
    return found


@register.filter
def coverage_words(coverage: Iterable[Mapping[str, Any]] | None) -> str:
    """How many kabupaten and kota are in each state, in words."""
    counted = Counter(str(row["state"]) for row in coverage or ())
    told = [(state, counted[state]) for state in STATES if counted[state]]
    return ", ".join(f"{written.number(n, tongue())} {state_word(state)}" for state, n in told)


@register.filter
def coverage_table(coverage: Iterable[Mapping[str, Any]] | None) -> list[dict[str, Any]]:
    """The tile map as a table: a row a province, its counts, and by name those about which something is wrong."""
    table = []
    for province, rows in sorted(by_province(coverage).items()):
        wrong = [row["name"] for row in rows if row["state"] != "fresh"]
        counted = Counter(str(row["state"]) for row in rows)
        name = sentences.say_or_code(f"province.{province}", province, tongue())
        table.append({"name": name, "counts": [counted[state] for state in STATES], "wrong": wrong, "all": len(rows)})
    return table


@register.filter
def one_state(coverage: Sequence[Mapping[str, Any]] | None) -> str:
    """The state that all share, else nothing: a map of one colour tells less than a sentence."""
    states = {str(row["state"]) for row in coverage or ()}
    return states.pop() if len(states) == 1 else ""


def state_word(state: str) -> str:
    return sentences.say_or_code(f"coverage.{state}", state, tongue())


def tongue() -> str:
    return written.tongue(get_language() or "id")
