"""Charts as SVG, drawn here and readable without them: each has its title, its description, and a table beside it."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

WIDE, HIGH, LEFT, TOP, SIDE = 360, 340, 56, 16, 280
#: (stated, found, how many), each in thousandths.
Point = tuple[int, int, int]


def reliability(
    points: Sequence[Point], *, title: str, described: str, stated: str, found: str, styled: bool = True
) -> str:
    """Stated probability against how often it was right. On the diagonal both are one. A file brings its own style; on a page, which
    allows none inline, classes take theirs from the page's.
    """
    marks = []
    for tenth in range(0, 11, 2):
        across, up = _x(tenth * 100), _y(tenth * 100)
        marks.append(f'<text x="{across}" y="{TOP + SIDE + 18}" text-anchor="middle">{tenth / 10:.1f}</text>')
        marks.append(f'<text x="{LEFT - 8}" y="{up + 4}" text-anchor="end">{tenth / 10:.1f}</text>')
        marks.append(f'<path class="grid" d="M{LEFT} {up}H{LEFT + SIDE}"/>')
    line = " ".join(f"{_x(x)},{_y(y)}" for x, y, _ in points)
    dots = [f'<circle cx="{_x(x)}" cy="{_y(y)}" r="4"><title>{n}</title></circle>' for x, y, n in points]
    colours = (
        "svg{font:12px sans-serif;color:#1d2939;background:#fff}text{fill:currentColor}.grid{stroke:currentColor;opacity:.15}"
        ".even{stroke:currentColor;stroke-dasharray:4 4;opacity:.6}polyline{fill:none;stroke:#1f5fbf;stroke-width:2}circle{fill:#1f5fbf}"
    )
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDE} {HIGH}" width="{WIDE}" height="{HIGH}" role="img"'
            ' class="reliability">',
            f"<title>{escape(title)}</title><desc>{escape(described)}</desc>",
            f"<style>{colours}</style>" if styled else "",
            *marks,
            f'<path class="even" d="M{LEFT} {TOP + SIDE}L{LEFT + SIDE} {TOP}"/>',
            f'<polyline points="{line}"/>',
            *dots,
            f'<text x="{LEFT + SIDE // 2}" y="{HIGH - 6}" text-anchor="middle">{escape(stated)}</text>',
            f'<text transform="translate(14 {TOP + SIDE // 2}) rotate(-90)" text-anchor="middle">{escape(found)}</text>',
            "</svg>",
        ]
    )


def _x(thousandths: int) -> int:
    return LEFT + SIDE * thousandths // 1000


def _y(thousandths: int) -> int:
    return TOP + SIDE - SIDE * thousandths // 1000
