"""The service's description: FastAPI's OpenAPI document, and the problems of each operation.

What follows from an operation's shape is added here (a body can be too large, a token can be
missing); what only its code can meet is named at the endpoint with ``problems``. The document is
checked in as ``openapi.json``; making it needs no settings, no file and no database.
"""

from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import Annotated, Any, TypeAlias

from fastapi import FastAPI
from pydantic import Field

from nabij_backend.notices.schemas import ServedNotice
from nabij_backend.problems import MEDIA_TYPE, ProblemType
from nabij_backend.wire import Wire

_Json: TypeAlias = dict[str, Any]

_SCHEMAS = "#/components/schemas/"

_WITH_BODY = (
    ProblemType.INVALID_JSON,
    ProblemType.TOO_LARGE,
    ProblemType.WRONG_MEDIA_TYPE,
    ProblemType.INVALID_REQUEST,
    ProblemType.UNKNOWN_FIELD,
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
    current: Annotated[
        ServedNotice | None, Field(description="Only in notice-superseded: show this one.")
    ] = None


def problems(*kinds: ProblemType) -> dict[int | str, _Json]:
    """``responses`` of an endpoint that answers with ``kinds``."""
    ordered = sorted(kinds, key=lambda kind: kind.status)
    return {
        status: _response(same) for status, same in groupby(ordered, lambda kind: kind.status)
    }


class DescribedApi(FastAPI):
    """A FastAPI application whose description tells of problems as they are."""

    def openapi(self) -> _Json:
        """The OpenAPI 3.1 document."""
        if self.openapi_schema is None:
            document = super().openapi()
            for operations in document["paths"].values():
                for operation in operations.values():
                    _add_problems(operation)
            _replace_schemas(document["components"]["schemas"])
        return super().openapi()


def _add_problems(operation: _Json) -> None:
    """Document what follows from the operation's shape beside what its endpoint named."""
    derived = problems(*_kinds_of_shape(operation))
    named = operation["responses"]
    responses = named | {str(status): response for status, response in derived.items()}
    operation["responses"] = dict(sorted(responses.items()))


def _kinds_of_shape(operation: Mapping[str, Any]) -> Iterable[ProblemType]:
    yield ProblemType.INTERNAL
    if "security" in operation:
        yield ProblemType.NOT_SIGNED_IN
    if "requestBody" in operation:
        yield from _WITH_BODY
    elif "parameters" in operation:
        yield ProblemType.INVALID_REQUEST


def _replace_schemas(schemas: _Json) -> None:
    """Describe problems as ours are, and FastAPI's own errors, which nobody gets, not at all."""
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    problem = ProblemDocument.model_json_schema(ref_template=f"{_SCHEMAS}{{model}}")
    schemas |= problem.pop("$defs")
    schemas[ProblemDocument.__name__] = problem


def _response(kinds: Iterable[ProblemType]) -> _Json:
    schema = {"$ref": f"{_SCHEMAS}{ProblemDocument.__name__}"}
    return {
        "description": "\n".join(f"- `{kind.uri}`: {kind.title}" for kind in kinds),
        "content": {MEDIA_TYPE: {"schema": schema}},
    }
