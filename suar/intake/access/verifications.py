"""What an officer may have verified, what became of it, and what he asked before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import transaction

from suar.agencies.access import enter
from suar.agencies.queries import office_of, officer_names
from suar.core.act import Act
from suar.core.standard.codes import Codes
from suar.core.standard.fields import StandardField
from suar.intake.connectors.verifying import FOUND
from suar.intake.queries.health import states
from suar.intake.queries.mappings import sources
from suar.intake.queries.verifying import Kept, Verified, askable, kept, verifiable

MOST_ROWS = 50
OF_THE_OFFICE = frozenset({"supervisor"})  # answers for what his officers ask; everybody else sees his own


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """`may_ask`: each thing that may be verified, with the source and agency that are asked."""

    may_ask: list[dict[str, str]]
    asked: list[tuple[Kept, str]]  # with the officer's name where others' are shown too
    whole: bool  # all of the office
    most: int


@transaction.atomic
def verifications_for(act: Act) -> Page:
    """The form's choices and the history. Opens nobody: no number and no value is kept."""
    enter(act, "source.asked")
    whole = act.role in OF_THE_OFFICE
    found = kept(office_of(act.desk), act.actor, whole=whole, most=MOST_ROWS)
    names = officer_names({one.by for one in found}) if whole else {}
    may_ask = [{"what": what, "source": mapping.source, "agency": mapping.agency} for what, mapping in askable(act)]
    return Page(may_ask=may_ask, asked=[(one, names.get(one.by, "")) for one in found], whole=whole, most=MOST_ROWS)


@transaction.atomic
def laid_out(act: Act, found: Verified) -> dict[str, Any]:
    """An answer as it is read: its fields by the standard's names, and how well the hub hears the source otherwise."""
    enter(act, "source.asked")
    known = sources(act.at)
    mapping = verifiable(act.at)[found.what]
    fields = known.standard[mapping.kinds[mapping.reach["asks"][found.what]["table"]].kind.name].fields
    rows = [
        written(fields[name], value, known.standard.codes) for name, value in found.values.items() if name in fields
    ]
    heard = next((one for one in states(act.at, known=known) if one.source == found.source), None)
    health = {"source": found.source, "state": heard.state.value, "age_s": heard.age_s} if heard else None
    return {"found": found, "agency": mapping.agency, "rows": rows, "health": health, "verdict": verdict(found)}


def verdict(found: Verified) -> str:
    """The outcome in one word; of what was found, whether it holds: yes, no, or unsaid."""
    if found.outcome != FOUND:
        return found.outcome
    return "unsaid" if found.valid is None else "yes" if found.valid else "no"


def written(field: StandardField, value: object, codes: Codes) -> dict[str, Any]:
    """One field: its name in both languages, and its value as a day, in the words of its code list, or as it stands."""
    said = str(value)
    named = "countries" if field.type == "country" else field.row.codes
    row = codes[named].rows.get(said) if named else None
    return {
        "label": {"id": field.row.meaning.id, "en": field.row.meaning.en},
        "value": said,
        "words": {"id": row.id, "en": row.en} if row else None,
        "day": field.type in {"date", "partial_date"},
    }
