"""Problems that an operation can answer with, for OpenAPI.

An endpoint names them with ``responses=problems(...)``.
"""

from itertools import groupby
from typing import Any, Final, TypeAlias

from fastapi import status

from nabij_backend.http.problems import MEDIA_TYPE, ProblemType

_Json: TypeAlias = dict[str, Any]

SCHEMAS: Final = "#/components/schemas/"
PROBLEM_SCHEMA: Final = f"{SCHEMAS}ProblemDocument"
"""Where the description of the service holds that of a problem document."""

SIGNED_IN: Final = (
    ProblemType.NOT_SIGNED_IN,
    ProblemType.NOT_FROM_HERE,
    ProblemType.UNAVAILABLE,
)
"""Met by whoever comes with a token."""

BY_MANDATE: Final = (ProblemType.NO_MANDATE,)
"""Met by whoever acts for somebody else."""

WITH_PARAMETERS: Final = (ProblemType.INVALID_REQUEST,)
"""Met by whoever sends parameters."""

WITH_BODY: Final = (
    ProblemType.INVALID_JSON,
    ProblemType.TOO_SLOW,
    ProblemType.TOO_LARGE,
    ProblemType.WRONG_MEDIA_TYPE,
    ProblemType.INVALID_REQUEST,
    ProblemType.UNKNOWN_FIELD,
)
"""Met by whoever sends a body."""

HELD: Final[dict[int | str, _Json]] = {
    status.HTTP_304_NOT_MODIFIED: {"description": "You hold the current answer."}
}
"""The answer to whoever names it in `If-None-Match`."""

_ALWAYS: Final = (
    ProblemType.OTHER_HOST,
    ProblemType.TOO_MANY_REQUESTS,
    ProblemType.INTERNAL,
)


def problems(*kinds: ProblemType) -> dict[int | str, _Json]:
    """Return the ``responses`` of an endpoint that meets ``kinds``, and what every one meets."""
    met = sorted({*kinds, *_ALWAYS}, key=lambda kind: (kind.status, kind.uri))
    return {
        status: {
            "description": "\n".join(f"- `{kind.uri}`: {kind.title}" for kind in same_status),
            "content": {MEDIA_TYPE: {"schema": {"$ref": PROBLEM_SCHEMA}}},
        }
        for status, same_status in groupby(met, lambda kind: kind.status)
    }
