"""What templates need beyond Django: sentences for codes, values as people write them, icons, form fields in our dress."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import template
from django.forms import BoundField, CheckboxInput, RadioSelect, Select, Textarea
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from suar.site import sentences, written

register = template.Library()

#: Each state has a word (sentences), a colour (suar.css) and a shape: colour never stands alone (UI).
SHAPES = {
    "fresh": "circle-check",
    "stale": "clock",
    "unreachable": "cloud-off",
    "not_covering": "circle-dashed",
    "clear": "check",
    "advise": "message-2",
    "assist": "heart-handshake",
    "secondary": "users",
    "hold": "user",
    "connected": "wifi",
    "delayed": "clock",
    "offline": "wifi-off",
}


def tongue() -> str:
    return written.tongue(get_language() or "id")


@register.filter
def say(code: Any, params: Mapping[str, Any] | None = None) -> str:
    """The sentence of a code in the reader's language; nothing for nothing."""
    return sentences.say(str(code), params, tongue()) if code not in (None, "") else ""


@register.simple_tag(name="say")
def say_tag(code: Any, params: Mapping[str, Any] | None = None, **more: Any) -> str:
    """{% say code params %} or {% say "queue.waiting" count=3 %}: a parameter given by name wins."""
    return sentences.say(str(code), {**(params or {}), **more}, tongue())


@register.simple_tag
def say_if_known(space: str, code: Any, params: Mapping[str, Any] | None = None) -> str:
    """The sentence of `space.code` where somebody wrote one, else nothing."""
    whole = f"{space}.{code}"
    return sentences.say(whole, params, tongue()) if code and sentences.known(whole) else ""


@register.filter
def spoken(value: Any) -> str:
    """Whatever carries words: {id, en}; {code, params}, perhaps with text; a code alone; or text that is what it is."""
    if isinstance(value, Mapping):
        if isinstance(value.get(tongue()), str):
            return str(value[tongue()])
        if value.get("text"):
            return spoken(value["text"])
        if "code" in value:
            return sentences.say(str(value["code"]), value.get("params"), tongue())
        return spoken(value.get("id", ""))
    text = "" if value is None else str(value)
    return sentences.say(text, None, tongue()) if sentences.known(text) else text


@register.filter
def named(code: Any, space: str) -> str:
    """A code of a list by its name: {{ "simkim"|named:"source" }} says source.simkim; an unknown one stays the code."""
    return sentences.say_or_code(f"{space}.{code}", str(code), tongue()) if code not in (None, "") else ""


@register.filter
def join_spoken(values: Iterable[Any] | None) -> str:
    return "; ".join(spoken(value) for value in values or ())


@register.filter
def instant(value: Any) -> str:
    return written.instant(value, tongue()) if value else ""


@register.filter
def day(value: Any) -> str:
    return written.day(value, tongue())


@register.filter
def local_day(value: Any) -> str:
    return written.local_day(value, tongue())


@register.filter
def age(value: Any) -> str:
    return written.age(value, tongue())


@register.filter
def number(value: Any) -> str:
    return written.number(value, tongue())


@register.filter
def percent(permille: int) -> str:
    return written.percent(permille, tongue())


@register.filter
def bits(value: Any) -> str:
    return written.bits(value, tongue())


@register.filter
def under(table: Mapping[Any, Any] | None, key: Any) -> Any:
    """The value under a key that is itself a variable."""
    return (table or {}).get(key, "")


@register.filter
def shape(state: Any) -> str:
    """The icon of a state."""
    return SHAPES.get(str(state), "info-circle")


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """One icon of the sprite, silent beside a word; `label` gives it a name where it stands alone."""
    address = f"{static('built/icons.svg')}#{name}"
    if label:
        return format_html('<svg class="icon" role="img" aria-label="{}"><use href="{}"/></svg>', label, address)
    return format_html('<svg class="icon" aria-hidden="true" focusable="false"><use href="{}"/></svg>', address)


@register.simple_tag
def source_of(sources: Iterable[Mapping[str, Any]] | None, code: str) -> Mapping[str, Any]:
    """The health row of one source among an answer's sources; unknown when the answer did not ask it."""
    return next((row for row in sources or () if row.get("source") == code), {"source": code, "state": ""})


@register.filter
def silent(sources: Iterable[Mapping[str, Any]] | None) -> list[Mapping[str, Any]]:
    """The sources that could not be read in full: their silence is shown beside the answer and never read as a no."""
    return [row for row in sources or () if row.get("state") in {"stale", "unreachable", "not_covering"}]


@register.filter
def unsaid(rows: Iterable[Mapping[str, Any]], unknown: Iterable[Mapping[str, Any]] | None) -> list[Mapping[str, Any]]:
    """Those of whom no item of `unknown` speaks already."""
    told = {item.get("source") for item in unknown or ()}
    return [row for row in rows if row.get("source") not in told]


@register.filter
def notice_number(screening: Any) -> str:
    """The number of a screening as it stands on the traveller's notice: by it officers tell people in a queue apart, nobody is named."""
    return str(screening)[-12:].upper()


@register.filter
def gathered(rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Sources that cannot be read for the same cause in one line; each whose word is old by itself, since each has its age."""
    lines: dict[str, dict[str, Any]] = {}
    for row in rows:
        state = str(row.get("state"))
        name = named(row.get("source"), "source")
        if state == "stale":
            lines[f"{state} {name}"] = {"code": "unread.stale", "params": dict(row)}
        elif state in lines:
            lines[state]["params"]["sources"] += f", {name}"
        else:
            lines[state] = {"code": f"unread_all.{state}", "params": {"sources": name}}
    return list(lines.values())


@register.filter
def dressed(field: BoundField, described_by: str = "") -> SafeString:
    """A form field's control in the kit's dress, tied to its hint and its error."""
    widget = field.field.widget
    if isinstance(widget, (CheckboxInput, RadioSelect)):
        return field.as_widget()
    plain = "textarea" if isinstance(widget, Textarea) else "select" if isinstance(widget, Select) else "input"
    classes = f"govuk-{plain}" + (f" govuk-{plain}--error" if field.errors else "")
    told: dict[str, str | bool] = {"class": f"{classes} {widget.attrs.get('class', '')}".strip()}
    if field.errors:
        told |= {"aria-invalid": "true", "aria-describedby": f"{field.auto_id}-error"}
    elif described_by:
        told["aria-describedby"] = described_by
    return field.as_widget(attrs=told)


@register.filter
def thousandths(value: Any) -> str:
    """A share or a kappa kept in thousandths, to two places: 617 is 0.62."""
    return f"{int(value) / 1000:.2f}".replace(".", "," if tongue() == "id" else ".")


@register.filter
def words(text: str) -> list[str]:
    """A short list written in the template itself."""
    return text.split()
