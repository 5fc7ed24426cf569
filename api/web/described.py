"""How OpenAPI tells of problems: `responses=problems(404, 429)`."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from api.errors import PROBLEM_TYPE
from api.web.problems import MEDIA_TYPE

_MEANS = {
    400: "The request is malformed.",
    401: "Sign in, or give a valid key.",
    403: "Not for this caller.",
    404: "Not there, or not for this caller.",
    409: "Not possible in the state that things are in.",
    410: "It was there, and is erased.",
    413: "Too large.",
    415: "Not a kind of file that is taken.",
    422: "Something in the request is missing or wrong.",
    429: "Too many; `Retry-After` says when to try again.",
    503: "Not available for the moment.",
}


class ProblemDetails(BaseModel):
    """RFC 9457. `type` ends with the problem's code; members beyond these are its facts."""

    model_config = ConfigDict(extra="allow")

    type: str = Field(examples=[PROBLEM_TYPE + "not-found"])
    title: str = Field(examples=["未找到"])
    status: int = Field(examples=[404])
    detail: str = Field(examples=["没有找到您要的内容，或您无权查看。请检查网址或编号。"])
    instance: str = Field(examples=["/v1/submissions/sub_4F"])
    request_id: str


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The answers that a route may give besides what it is for."""
    return {
        status: {"description": _MEANS[status], "content": {MEDIA_TYPE: {"schema": ProblemDetails.model_json_schema()}}}
        for status in statuses
    }
