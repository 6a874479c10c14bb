"""The service's description of itself: OpenAPI 3.1, with the problem document (RFC 9457).

It is checked in as ``openapi.json``; making it needs no settings, no file and no database.
"""

from collections.abc import Iterator
from typing import Annotated, Any, TypeAlias

from fastapi import FastAPI
from pydantic import Field
from starlette.types import ASGIApp

from nabij_backend.http.responses import PROBLEM_SCHEMA, SCHEMAS
from nabij_backend.http.schemas import Wire
from nabij_backend.notices.schemas import ServedNotice

_Json: TypeAlias = dict[str, Any]


class RequestFault(Wire):
    """Where a request does not fit its description, and how; never what was sent."""

    loc: tuple[str | int, ...]
    type: str


class ProblemDocument(Wire):
    """Why the service did not do what was asked (RFC 9457)."""

    type: Annotated[str, Field(description="Relative to the service; describes itself there.")]
    title: Annotated[str, Field(description="What is wrong and what to do about it.")]
    status: int
    errors: Annotated[
        tuple[RequestFault, ...] | None, Field(description="Only where the request does not fit.")
    ] = None
    instead: Annotated[
        str | None, Field(description="Where to ask instead, relative to the service.")
    ] = None
    current: Annotated[
        ServedNotice | None, Field(description="Only in notice-superseded: show this one.")
    ] = None


class DescribedApi(FastAPI):
    """An application whose description knows what a problem looks like, with layers around it."""

    def build_middleware_stack(self) -> ASGIApp:
        """Put what is added to the application around what the framework adds, not inside it.

        What is answered there passes none of the framework's layers.
        """
        ours, self.user_middleware = self.user_middleware, []
        app = super().build_middleware_stack()
        self.user_middleware = ours
        for middleware, arguments, options in reversed(ours):
            app = middleware(app, *arguments, **options)
        return app

    def openapi(self) -> _Json:
        """Return the OpenAPI 3.1 document."""
        if self.openapi_schema is None:
            schemas = super().openapi()["components"]["schemas"]
            problem = ProblemDocument.model_json_schema(ref_template=f"{SCHEMAS}{{model}}")
            schemas |= problem.pop("$defs") | schemas
            schemas[PROBLEM_SCHEMA.removeprefix(SCHEMAS)] = problem
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
