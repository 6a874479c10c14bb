"""``DELETE /v1/me``."""

from fastapi import APIRouter

from nabij_backend.caller.dependencies import ForKnownPerson, TheParts
from nabij_backend.http.problems import Problem, ProblemType
from nabij_backend.http.responses import BY_MANDATE, SIGNED_IN, WITH_PARAMETERS, problems
from nabij_backend.rights.erasure import service
from nabij_backend.rights.erasure.ledger import InvalidLedger
from nabij_backend.rights.erasure.schemas import AccountErased
from nabij_backend.telemetry import log
from nabij_consent import whole_milliseconds

router = APIRouter(prefix="/v1/me", tags=["rights"])
_ADVICE = "Nobody can be erased. `nabij doctor` says what is wrong with the ledger of erasures."


@router.delete(
    "",
    responses=problems(
        *SIGNED_IN,
        *BY_MANDATE,
        *WITH_PARAMETERS,
        ProblemType.NOTHING_KNOWN,
        ProblemType.ERASED,
    ),
)
async def erase_account(parts: TheParts, session: ForKnownPerson) -> AccountErased:
    """Erase everything about the customer, for good. The answer holds the only proof of it."""
    runtime = service.ErasureRuntime(parts.settings, parts.identity_key, parts.signer)
    try:
        return await service.erase(session, runtime, whole_milliseconds(parts.clock()))
    except (OSError, InvalidLedger) as error:
        _tell_operators(error)
        raise Problem(ProblemType.UNAVAILABLE) from error


def _tell_operators(error: Exception) -> None:
    log.error("ledger not written", error=type(error).__name__, advice=_ADVICE)
