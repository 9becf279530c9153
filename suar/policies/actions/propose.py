"""Propose another text of a table: read, run against its own examples, and only then kept."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Mapping
from typing import Any
from uuid import UUID

import yaml
from django.db import transaction

from suar.audit.actions import append
from suar.core.act import Act
from suar.core.advice.policy import AdvicePolicy, Expected
from suar.core.canonical import canonical
from suar.core.errors import Conflict, NotFound, Refusal
from suar.core.indicators.examples import failing
from suar.core.indicators.rules import Rules
from suar.core.standard.tables import BadTable
from suar.policies.access import check
from suar.policies.actions import EDITABLE, plain
from suar.policies.models import Proposal, Version
from suar.policies.queries import in_force, newest_version, waiting
from suar.vault.queries import new_id

LEAST_REASON = 10  # characters
MOST_TEXT = 400_000


class BadProposal(Refusal):
    """The text cannot be adopted; every mistake and every failing example at once."""

    code = "policy.bad_table"
    status = 422

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__(count=len(problems))
        self.problems = problems


class SameText(Refusal):
    """It says nothing else than what is in force."""

    code = "policy.same_text"
    status = 422


class ReasonShort(Refusal):
    """Proposing and ruling both want a reason of one's own."""

    code = "policy.reason_short"
    status = 422


class WaitsAlready(Conflict):
    """A proposal for this table waits already: it is ruled on, or withdrawn, first."""

    code = "policy.waits_already"


@transaction.atomic(durable=True)
def propose(name: str, written: str, reason: str, *, act: Act) -> UUID:
    """Keep a proposal and return its id. Nothing is kept, and nothing said to anybody else, unless the whole text is well.

    Refuses: NotFound for a table that analysts do not change; ReasonShort; BadProposal; SameText; WaitsAlready.
    """
    check(act, "policy.propose")
    return _kept(name, written.replace("\r\n", "\n"), reason, None, act)


@transaction.atomic(durable=True)
def propose_again(version: UUID, reason: str, *, act: Act) -> UUID:
    """Propose that an earlier version be in force again, text for text. Refuses: as `propose`."""
    check(act, "policy.propose")
    earlier = Version.objects.filter(id=version).first()
    if earlier is None:
        raise NotFound()
    return _kept(earlier.name, text_of(earlier), reason, earlier, act)


def _kept(name: str, written: str, reason: str, again: Version | None, act: Act) -> UUID:
    now = newest_version(name)
    if now is None or not EDITABLE.fullmatch(name):
        raise NotFound()
    if len(reason.strip()) < LEAST_REASON:
        raise ReasonShort()
    content = again.content if again else read_written(name, written)
    judge(name, content, act)
    if content == now.content:
        raise SameText()
    if waiting(name):
        raise WaitsAlready()
    made = Proposal.objects.create(
        id=new_id(act.at), name=name, written=written, content=content, sha256=hashlib.sha256(written.encode()).hexdigest(), of=now.id,
        again=again.id if again else None, reason=reason.strip(), at=act.at, by=act.actor, role=act.role, desk=act.desk,
    )  # fmt: skip
    append("policy.proposed", act, about=[made.id], name=name, sha256=made.sha256, again=bool(again))
    return made.id


def text_of(version: Version) -> str:
    """As it was written; of a version from before texts were kept, its content written anew."""
    if version.written:
        return version.written
    if isinstance(version.content, list):
        return _as_csv(version.content)
    return yaml.safe_dump(version.content, allow_unicode=True, sort_keys=False, width=140)


def _as_csv(rows: list[Mapping[str, Any]]) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def read_written(name: str, written: str) -> Any:
    """What the text says, as plain values. Refuses: BadProposal."""
    if len(written) > MOST_TEXT:
        raise BadProposal((f"{len(written)} characters; at most {MOST_TEXT}",))
    try:
        if name == "advice/expected":
            return list(csv.DictReader(io.StringIO(written)))
        content = plain(yaml.safe_load(written))
        canonical(content)
    except (yaml.YAMLError, TypeError, ValueError, RecursionError) as error:
        raise BadProposal((str(error)[:500],)) from error
    if not isinstance(content, dict):
        raise BadProposal(("a table is a list of names with their values",))
    return content


def judge(name: str, content: Any, act: Act) -> None:
    """Read it as the desks would, beside the other tables in force, and run its examples. Refuses: BadProposal with every problem."""
    folder, _, stem = name.partition("/")
    beside = in_force(act.at).under(folder) | {stem: content}
    try:
        if folder == "indicators":
            problems = failing(Rules.read(beside))
        else:
            AdvicePolicy.read(beside["advice"])
            Expected.read(beside["expected"])
            problems = []
    except BadTable as mistakes:
        problems = [by_code(one, content) for one in mistakes.problems]
    if problems:
        raise BadProposal(tuple(problems))


def by_code(problem: str, content: Any) -> str:
    """`rules.3.weight: …` as `placement_missing: weight: …`: whoever mends it looks for the rule, not for its place."""
    place, _, rest = problem.partition(": ")
    first, _, inner = place.removeprefix("rules.").partition(".")
    if not place.startswith("rules.") or not first.isdigit() or not isinstance(content.get("rules"), list):
        return problem
    row = content["rules"][int(first)]
    code = row.get("code") if isinstance(row, dict) else None
    return f"{code or f'rule {int(first) + 1}'}: {inner}: {rest}" if inner else problem
