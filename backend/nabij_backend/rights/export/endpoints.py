"""``/v1/me/export``."""

from enum import StrEnum
from typing import Annotated, TypeAlias
from uuid import UUID

from fastapi import APIRouter, Depends, Response

from nabij_backend.caller.credentials import AnyCredentials
from nabij_backend.caller.dependencies import MandateId, OperationName, TheParts, entered
from nabij_backend.http.problems import ProblemType
from nabij_backend.http.responses import BY_MANDATE, SIGNED_IN, WITH_PARAMETERS, problems
from nabij_backend.identity import Revocation
from nabij_backend.rights.export import service
from nabij_backend.rights.export.page import page
from nabij_backend.rights.export.schemas import Archive
from nabij_consent import Locale

router = APIRouter(prefix="/v1/me", tags=["rights"])

_ONLY_ITS_OWN_STYLE = "default-src 'none'; style-src 'unsafe-inline'"


async def _noted(
    parts: TheParts, name: OperationName, credentials: AnyCredentials, mandate_id: MandateId
) -> UUID:
    async with entered(parts, name, credentials, Revocation.ASKED, mandate_id) as session:
        await service.note(session, entry_id=parts.new_id(), now=parts.clock())
    return session.subject_id


_Noted: TypeAlias = Annotated[UUID, Depends(_noted)]
"""The person whose data is exported: the access is logged and committed before anything is read."""


class Format(StrEnum):
    """For programs, or for people."""

    JSON = "json"
    HTML = "html"


@router.get(
    "/export",
    response_model=Archive,
    responses={
        200: {"content": {"text/html": {"schema": {"type": "string"}}}},
        **problems(*SIGNED_IN, *BY_MANDATE, *WITH_PARAMETERS, ProblemType.ERASED),
    },
)
async def export(
    parts: TheParts,
    subject_id: _Noted,
    format: Format = Format.JSON,  # noqa: A002 - as callers write it
    locale: Locale = Locale.NL,
) -> Response:
    """Return everything about the customer: JSON for programs, or a page for people."""
    now = parts.clock()
    async with parts.database.transaction_of("archive", subject_id, snapshot=True) as session:
        archive = await service.archive(session, locale, now)
    headers = {
        "Content-Disposition": f'attachment; filename="nabij-{now:%Y-%m-%d}.{format}"',
        "Content-Security-Policy": _ONLY_ITS_OWN_STYLE,
    }
    if format is Format.HTML:
        return Response(page(archive), headers=headers, media_type="text/html; charset=utf-8")
    text = archive.model_dump_json(indent=2)
    return Response(text, headers=headers, media_type="application/json")
