"""The client kit of an agency's system: ask the hub, follow what happened, verify that the hub said it.

`Hub` asks; `follow` hands on every event once and remembers how far; `verified` and `verified_webhook` open what was signed.
`python -m suar_client check …` proves an adapter.
"""

from .following import Place, follow
from .hub import Hub, Refused, Unavailable
from .signing import BadSignature, Keys, verified
from .webhook import verified_webhook, webhook_key

__all__ = [
    "BadSignature",
    "Hub",
    "Keys",
    "Place",
    "Refused",
    "Unavailable",
    "follow",
    "verified",
    "verified_webhook",
    "webhook_key",
]
