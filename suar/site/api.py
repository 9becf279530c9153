"""The HTTP API of DESIGN 8: thin. Parse, make the act, call one action or query, shape the reply."""

from __future__ import annotations

from typing import Any

import orjson
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI, Router
from ninja.errors import AuthenticationError, ValidationError
from ninja.renderers import BaseRenderer
from ninja.responses import NinjaJSONEncoder
from ninja.security import HttpBearer

from suar.core.errors import Refusal
from suar.site.auth import now
from suar.site.errors import TYPE as PROBLEM
from suar.site.errors import problem, refused
from suar.site.machines import pay
from suar.site.pace import DESKS


class Compact(BaseRenderer):
    """JSON as others write it, in a tenth of the time; what orjson does not know is said as Ninja says it."""

    media_type = "application/json"
    ninjas = NinjaJSONEncoder()

    def render(self, request: HttpRequest, data: Any, *, response_status: int) -> bytes:
        return orjson.dumps(data, default=self.ninjas.default, option=orjson.OPT_PASSTHROUGH_DATETIME)


class Bearer(HttpBearer):
    """Who asks is known, and his request counted, before a word of what he asks is read: nobody without a token learns how a question must look."""

    def authenticate(self, request: HttpRequest, token: str) -> bool:
        pay(request, now(), DESKS)
        return True


class Api(NinjaAPI):
    """Ninja describes every answer as application/json; ours are problem documents where they are no answers."""

    def get_openapi_schema(self, **named: Any) -> Any:
        described = super().get_openapi_schema(**named)
        for path in described["paths"].values():
            for operation in path.values():
                for status, answer in operation["responses"].items():
                    if int(status) >= 400 and "application/json" in answer.get("content", {}):
                        answer["content"][PROBLEM] = answer["content"].pop("application/json")
        return described


api = Api(
    title="Suar",
    version="1",
    description="Screening, source health, batches and receipts. Errors are RFC 9457 problem documents with a stable `code`.",
    urls_namespace="api",
    docs_url=None,
    openapi_url="/openapi.json",
    auth=Bearer(),
    renderer=Compact(),
)


@api.exception_handler(AuthenticationError)
def on_stranger(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    return problem(401, "auth.needed")


@api.exception_handler(Refusal)
def on_refusal(request: HttpRequest, error: Refusal) -> HttpResponse:
    return refused(request, error)


@api.exception_handler(ValidationError)
def on_invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """Every fault at once, by field, without repeating a value."""
    faults = [
        {"field": ".".join(str(part) for part in one["loc"][1:]), "code": str(one["type"])} for one in error.errors
    ]
    return problem(422, "invalid", faults=faults)


def addresses() -> dict[str, Any]:
    from suar.intake.jobs.pull import addresses as known

    return known()


def audience() -> str:
    """What a client assertion must name: our token endpoint, as the world sees it."""
    return f"{settings.ORIGIN}/api/v1/token"


def mount() -> NinjaAPI:
    """Put the rooms' routers on the API, once."""
    from suar.exchange.api import router as exchange
    from suar.intake.api import router as intake
    from suar.screening.api import router as screening
    from suar.site.token import router as token

    rooms: list[tuple[str, Router]] = [("", token), ("", screening), ("", intake), ("", exchange)]
    for prefix, router in rooms:
        api.add_router(prefix, router)
    return api
