"""How the service describes itself: OpenAPI 3.1, with the problems that each operation can meet.

An endpoint names its problems with ``responses=problems(...)``. The description is checked in as
``openapi.json``; making it needs no settings, no file and no database.
"""

from collections.abc import Iterator
from itertools import groupby
from typing import Annotated, Any, Final, TypeAlias

from fastapi import FastAPI
from pydantic import Field

from nabij_backend.http.schemas import Wire
from nabij_backend.notices.schemas import ServedNotice
from nabij_backend.problems import MEDIA_TYPE, ProblemType

_Json: TypeAlias = dict[str, Any]

_SCHEMAS: Final = "#/components/schemas/"

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


_ALWAYS: Final = (
    ProblemType.OTHER_HOST,
    ProblemType.TOO_MANY_REQUESTS,
    ProblemType.INTERNAL,
)


class Fault(Wire):
    """Where a request does not fit its description, and how; never what was sent."""

    loc: tuple[str | int, ...]
    type: str


class ProblemDocument(Wire):
    """Why the service did not do what was asked (RFC 9457)."""

    type: Annotated[str, Field(description="Relative to the service; describes itself there.")]
    title: Annotated[str, Field(description="What is wrong and what to do about it.")]
    status: int
    errors: Annotated[
        tuple[Fault, ...] | None, Field(description="Only where the request does not fit.")
    ] = None
    instead: Annotated[
        str | None, Field(description="Where to ask instead, relative to the service.")
    ] = None
    current: Annotated[
        ServedNotice | None, Field(description="Only in notice-superseded: show this one.")
    ] = None


def problems(*kinds: ProblemType) -> dict[int | str, _Json]:
    """The ``responses`` of an endpoint that can meet ``kinds``, besides what every one can."""
    met = sorted({*kinds, *_ALWAYS}, key=lambda kind: (kind.status, kind.uri))
    return {
        status: {
            "description": "\n".join(f"- `{kind.uri}`: {kind.title}" for kind in same_status),
            "content": {MEDIA_TYPE: {"schema": {"$ref": f"{_SCHEMAS}{ProblemDocument.__name__}"}}},
        }
        for status, same_status in groupby(met, lambda kind: kind.status)
    }


class DescribedApi(FastAPI):
    """An application whose description knows what a problem looks like."""

    def openapi(self) -> _Json:
        """The OpenAPI 3.1 document."""
        if self.openapi_schema is None:
            schemas = super().openapi()["components"]["schemas"]
            problem = ProblemDocument.model_json_schema(ref_template=f"{_SCHEMAS}{{model}}")
            schemas |= problem.pop("$defs") | schemas
            schemas[ProblemDocument.__name__] = problem
            for parameter in self._parameters():
                _never_null(parameter["schema"])
        return super().openapi()

    def _parameters(self) -> Iterator[_Json]:
        for operations in super().openapi()["paths"].values():
            for operation in operations.values():
                yield from operation.get("parameters", ())


def _never_null(schema: _Json) -> None:
    """Describe a parameter as what it is where it is sent: there is no null in a URL or header."""
    kinds = [each for each in schema.get("anyOf", ()) if each != {"type": "null"}]
    if len(kinds) == 1:
        del schema["anyOf"]
        schema |= kinds[0] | schema
