"""The shape of a problem document (RFC 9457), as every API of ours describes it."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel


class Problem(BaseModel):
    """`code` is stable and stands in both catalogues; `title` is for people, in the language asked for."""

    type: str
    title: str
    status: int
    code: str
    params: dict[str, Any]


PROBLEMS: dict[int, type[BaseModel]] = dict.fromkeys((400, 401, 403, 404, 409, 413, 422, 429), Problem)
