"""The policies of `policy/sharing/*.cedar`, read and checked against the shape of what they are asked about."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import cedarpy

from suar.core.standard.tables import BadTable

#: Which tables together are the policy. Named here and not found: a file that a release drops stays in the database's history, and must not go on to permit.
TABLES = ("sharing/agreements", "sharing/closed")

# What policies may speak of. Kept beside the code that makes these entities and questions, and not in the policy: adopting a policy changes what is
# permitted, never what a word means. Each attribute is always there, so no policy of it can fail at run time and be passed over by Cedar.
SHAPE = """
entity Agency;
entity Agreement {
    giver: Agency,
    receiver: Agency,
    purposes: Set<String>,
    events: Set<String>,
    "from": Long,
    until: Long,
} tags Set<String>;
type Kind = { name: String, closed: Bool, to: Set<Agency>, purposes: Set<String> };
action announce appliesTo { principal: Agency, resource: Agreement, context: { at: Long, giver: Agency, event: String } };
action tell appliesTo { principal: Agency, resource: Agreement, context: { at: Long, giver: Agency, event: String, kind: Kind } };
action read appliesTo {
    principal: Agency, resource: Agreement,
    context: { at: Long, giver: Agency, event: String, kind: Kind, purpose: String, field: String }
};
action ask appliesTo {
    principal: Agency, resource: Agreement,
    context: { at: Long, giver: Agency, kind: Kind, purpose: String, field: String }
};
action show appliesTo { principal: Agency, resource: Agreement, context: { at: Long, kind: Kind, purpose: String } };
action look appliesTo { principal: Agency, resource: Agreement, context: { at: Long, purpose: String } };
"""


@dataclass(frozen=True, slots=True)
class Rules:
    """The policy in force, ready to be asked. `ids`: the policies' own names, by the place that Cedar numbers them by."""

    policies: cedarpy.PolicySet
    shape: cedarpy.Schema
    ids: Mapping[str, str]

    @classmethod
    def read(cls, texts: Mapping[str, str]) -> Rules:
        """Raises BadTable with every problem: what cannot be read, a policy without an `@id` or with another's, a word that nothing has."""
        whole = "\n".join(texts[name] for name in sorted(texts))
        name = " ".join(sorted(texts))
        try:
            ids = named(whole)
        except ValueError as error:
            raise BadTable(name, [str(error)[:500]]) from error
        given = list(ids.values())
        problems = [f"{place}: no @id" for place, id_ in ids.items() if not id_]
        problems += [f"{id_}: twice" for id_ in sorted(set(given)) if id_ and given.count(id_) > 1]
        problems += [
            f"{ids.get(one.policy_id, '')}: {one.error}" for one in cedarpy.validate_policies(whole, SHAPE).errors
        ]
        if problems:
            raise BadTable(name, problems)
        return cls(cedarpy.PolicySet.from_str(whole), cedarpy.Schema.from_str(SHAPE), ids)


def named(whole: str) -> dict[str, str]:
    """Cedar's own name of each policy, which is its place among the others, to its `@id`. Raises ValueError for what is no policy."""
    read: dict[str, Any] = json.loads(cedarpy.policies_to_json_str(whole))
    if read.get("templates"):
        raise ValueError("a policy with a slot is nobody's: agreements are data")
    return {place: str(one.get("annotations", {}).get("id") or "") for place, one in read["staticPolicies"].items()}
