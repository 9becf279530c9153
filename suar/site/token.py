"""The token endpoint: OAuth 2 client credentials with `private_key_jwt` (RFC 6749 section 4.4, RFC 7523)."""

from __future__ import annotations

from typing import Annotated

from django.http import HttpRequest
from ninja import Form, Router, Schema

from suar.core.problem import PROBLEMS
from suar.site.api import audience
from suar.site.auth import now
from suar.site.machines import PASS_LIFE, issue_pass, peer

router = Router(tags=["token"])


class Asking(Schema):
    grant_type: str
    client_assertion_type: str
    client_assertion: str
    scope: str = ""


class Token(Schema):
    access_token: str
    token_type: str = "Bearer"  # noqa: S105  # RFC 6749 section 7.1
    expires_in: int
    scope: str
    cnf: dict[str, str] = {}


@router.post("/token", response={200: Token, **PROBLEMS}, auth=None, operation_id="token")
def token(request: HttpRequest, form: Annotated[Asking, Form()]) -> Token:
    """Prove who you are by a signed assertion and get a token for ten minutes. `cnf`: the certificate over which it must be shown (RFC 8705)."""
    there = peer(request)
    text, held = issue_pass(form.model_dump(), there, audience=audience(), at=now())
    return Token(
        access_token=text, expires_in=int(PASS_LIFE.total_seconds()), scope=" ".join(held.scopes),
        cnf={"x5t#S256": there.thumbprint} if held.certificate else {},
    )  # fmt: skip
