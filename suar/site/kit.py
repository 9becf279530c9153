"""Cut the two component kits down to the parts used, without the font and emblem that belong to somebody else.

GOV.UK Frontend and MOJ Frontend are MIT; the GDS Transport typeface, the crown and the crest may be used on gov.uk only
(DEPENDENCIES, UI), so no rule that names them comes through.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

#: The components that our templates use; the rest of the kits stays in the package.
PARTS = frozenset(
    {
        "govuk-body",
        "govuk-heading-l",
        "govuk-heading-m",
        "govuk-heading-s",
        "govuk-link",
        "govuk-list",
        "govuk-button",
        "govuk-input",
        "govuk-select",
        "govuk-textarea",
        "govuk-label",
        "govuk-hint",
        "govuk-fieldset",
        "govuk-form-group",
        "govuk-error-message",
        "govuk-error-summary",
        "govuk-radios",
        "govuk-checkboxes",
        "govuk-skip-link",
        "govuk-visually-hidden",
        "moj-timeline",
    }
)
NOT_OURS = re.compile(r"crest|crown|gov\.uk|GDS", re.IGNORECASE)
FONT = re.compile(r"font-family:\s*(\"GDS Transport\"|GDS Transport)[^;}]*", re.IGNORECASE)
CLASS = re.compile(r"\.((?:govuk|moj)-[a-zA-Z0-9-]+?)(?=__|--|[^a-zA-Z0-9_-]|$)")


def cut(css: str) -> str:
    """The rules of `css` that belong to PARTS, set in our own typeface."""
    return "".join(kept_rules(FONT.sub("font-family:var(--suar-font)", without_comments(css))))


def without_comments(css: str) -> str:
    return re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)


def kept_rules(css: str) -> Iterator[str]:
    for head, body in rules(css):
        if head.startswith(("@font-face", "@charset")):
            continue
        if head.startswith(("@media", "@supports")):
            if inner := "".join(kept_rules(body)):
                yield f"{head}{{{inner}}}"
        elif NOT_OURS.search(head) or NOT_OURS.search(body):
            continue
        elif selectors := [one for one in split_selectors(head) if wanted(one)]:
            yield f"{','.join(selectors)}{{{body}}}"


def wanted(selector: str) -> bool:
    named = CLASS.findall(selector)
    return bool(named) and all(
        part in PARTS for part in named
    )  # `:root` too stays out: tokens.css answers the kits' names


def split_selectors(head: str) -> list[str]:
    """At the commas outside brackets: `:not(.a,.b)` stays one selector."""
    found, depth, start = [], 0, 0
    for place, mark in enumerate(head):
        depth += (mark in "([") - (mark in ")]")
        if mark == "," and depth == 0:
            found.append(head[start:place].strip())
            start = place + 1
    return [*found, head[start:].strip()]


def rules(css: str) -> Iterator[tuple[str, str]]:
    """The top-level rules of a style sheet as head and body; braces inside strings do not count."""
    depth, start, head, quote = 0, 0, "", ""
    for place, mark in enumerate(css):
        if quote:
            quote = "" if mark == quote and css[place - 1] != "\\" else quote
        elif mark in "\"'":
            quote = mark
        elif mark == "{":
            if depth == 0:
                head, start = css[start:place].strip(), place + 1
            depth += 1
        elif mark == "}":
            depth -= 1
            if depth == 0:
                yield head, css[start:place]
                start = place + 1
        elif mark == ";" and depth == 0:
            start = place + 1  # @charset and @import stand alone
