"""``/v1/notice``."""

from fastapi import APIRouter

from nabij_backend.caller.dependencies import TheParts, Visitor
from nabij_backend.db import SubjectSession
from nabij_backend.http.problems import ProblemType
from nabij_backend.http.responses import SIGNED_IN, WITH_PARAMETERS, problems
from nabij_backend.notices import service
from nabij_backend.notices.schemas import ServedNotice
from nabij_consent import Locale

router = APIRouter(tags=["notices"])


@router.get(
    "/v1/notice",
    responses=problems(*SIGNED_IN, *WITH_PARAMETERS, ProblemType.NO_NOTICE),
    openapi_extra={"security": [{}]},  # a token is welcome, and not needed
)
async def current_notice(
    parts: TheParts, visitor: Visitor, locale: Locale = Locale.NL
) -> ServedNotice:
    """Return the current notice; with a nonce where the caller is signed in."""
    if isinstance(visitor, SubjectSession):
        notice = await service.current(visitor.connection)
        return await service.serve(visitor, notice, locale, nonce=parts.new_id(), now=parts.clock())
    return service.served(await service.current(visitor), locale)
