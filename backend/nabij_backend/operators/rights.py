"""Export and erasure of a customer, done by an operator."""

from uuid import UUID

from nabij_backend.db import take_turn
from nabij_backend.identity import SignIn
from nabij_backend.operators.service import Work
from nabij_backend.rights.erasure import service as erasure
from nabij_backend.rights.erasure.schemas import AccountErased
from nabij_backend.rights.export import service as export
from nabij_backend.rights.export.schemas import Archive
from nabij_backend.signing import Signer, signing_folder
from nabij_consent import Locale, whole_milliseconds


async def archive_of(work: Work, customer: SignIn | UUID, locale: Locale) -> Archive:
    """Return everything about the customer, as of one moment.

    Their turn is taken, so nothing changes.

    Raises:
        UnknownCustomer: there is none.
    """
    session = await work.of(customer)
    await take_turn(session)
    return await export.archive(session, locale, work.runtime.clock())


async def erase(work: Work, customer: SignIn | UUID) -> AccountErased:
    """Erase everything about the customer.

    Raises:
        UnknownCustomer: there is none.
        OSError, InvalidLedger: the ledger of erasures cannot be written; then nothing is erased.
    """
    settings = work.runtime.settings
    signer = Signer.open(signing_folder(settings))
    runtime = erasure.ErasureRuntime(settings, work.runtime.identity_key, signer)
    session = await work.of(customer)
    return await erasure.erase(session, runtime, whole_milliseconds(work.runtime.clock()))
