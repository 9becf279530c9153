"""The history of a source drawn by the server as SVG: a square a day, a bar an hour. Each state has a shape, and everything its words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from django import template
from django.urls import Resolver404, resolve
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from suar.core.freshness import FRESH, NOT_COVERING, NOT_SEEN, STALE, UNREACHABLE, Piece, Share
from suar.site import sentences, written

register = template.Library()

SIDE, STEP, PER_ROW = 8, 10, 30
BAR, BAR_STEP, HEIGHT = 18, 22, 60
#: Full, a triangle, a low bar, an outline: who sees no colour reads the shape.
SHAPES = {
    FRESH: "M{x} {y}h8v8h-8z",
    STALE: "M{x} {bottom}h8l-4 -8z",
    UNREACHABLE: "M{x} {low}h8v3h-8z",
    NOT_COVERING: "M{x} {y}h8v8h-8z",
    NOT_SEEN: "M{x} {y}h8v8h-8z",
}


def tongue() -> str:
    return written.tongue(get_language() or "id")


def shape(state: str, x: int, y: int) -> str:
    return SHAPES[state].format(x=x, y=y, bottom=y + SIDE, low=y + 5)


@register.simple_tag
def day_squares(days: Sequence[Piece], label: str) -> SafeString:
    """One square a day, the oldest first, thirty in a row; one path a state."""
    drawn: dict[str, list[str]] = {state: [] for state in SHAPES}
    for place, day in enumerate(days):
        drawn[day.state].append(shape(day.state, 1 + place % PER_ROW * STEP, 1 + place // PER_ROW * STEP))
    paths = [(state, "".join(path)) for state, path in drawn.items() if path]
    return format_html(
        '<svg class="squares" viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>',
        PER_ROW * STEP, -(-len(days) // PER_ROW) * STEP, f"{label}: {days_words(days)}",
        format_html_join("", '<path class="squares__{}" d="{}"/>', paths),
    )  # fmt: skip


@register.simple_tag
def square(state: str) -> SafeString:
    """One square for the legend; its word stands beside it."""
    return format_html(
        '<svg class="squares__one" viewBox="0 0 10 10" aria-hidden="true" focusable="false"><path class="squares__{}" d="{}"/></svg>',
        state, shape(state, 1, 1),
    )  # fmt: skip


@register.filter
def days_words(days: Sequence[Piece]) -> str:
    """How many days were in each state, in words."""
    counted = Counter(day.state for day in days)
    told = [
        sentences.say(f"history_days.{state}", {"count": counted[state]}, tongue())
        for state in SHAPES
        if counted[state]
    ]
    return ", ".join(told)


@register.filter
def not_well(pieces: Sequence[Piece]) -> list[Piece]:
    """Those that were not fresh all through, for the table under a picture; what is not listed was."""
    return [one for one in pieces if one.state != FRESH or one.share.fresh_s < one.share.seen_s]


@register.simple_tag
def hour_bars(hours: Sequence[Piece], label: str) -> SafeString:
    """One bar an hour, as high as its fresh part; what nobody saw is an outline."""
    drawn: dict[str, list[str]] = {state: [] for state in SHAPES}
    for place, hour in enumerate(hours):
        x, part = 2 + place * BAR_STEP, hour.share.permille
        high = HEIGHT if part is None or part == 0 else max(2, HEIGHT * part // 1000)
        drawn[hour.state].append(
            f"M{x} {2 + HEIGHT - high}h{BAR}v{high}h-{BAR}z" if part != 0 else f"M{x} {HEIGHT - 2}h{BAR}v4h-{BAR}z"
        )
    paths = [(state, "".join(path)) for state, path in drawn.items() if path]
    return format_html(
        '<svg class="hours" viewBox="0 0 {} {}" role="img" aria-label="{}"><path class="hours__line" d="M0 {}h{}"/>{}</svg>',
        len(hours) * BAR_STEP, HEIGHT + 4, f"{label}: {hours_words(hours)}", HEIGHT + 2, len(hours) * BAR_STEP,
        format_html_join("", '<path class="squares__{}" d="{}"/>', paths),
    )  # fmt: skip


def hours_words(hours: Sequence[Piece]) -> str:
    counted = Counter(hour.state for hour in hours)
    return ", ".join(
        sentences.say(f"history_hours.{state}", {"count": counted[state]}, tongue())
        for state in SHAPES
        if counted[state]
    )


@register.filter
def kept(share: Share) -> str:
    """A share in percent, rounded down; a dash where nobody looked."""
    return "–" if share.permille is None else written.percent(share.permille, tongue())


@register.filter
def seen_in_part(share: Share) -> bool:
    """Whether somebody looked for less than all of the window, but for a hundredth of it."""
    return share.seen_s * 100 < share.window_s * 99


@register.simple_tag
def page_there(address: str) -> str:
    """The address where a page of this house answers it, else nothing: for a line that waits for its room."""
    try:
        resolve(address)
    except Resolver404:
        return ""
    return address


@register.filter
def minutes(value: Any) -> int:
    """Whole minutes as seconds, for `age`."""
    return int(value) * 60
