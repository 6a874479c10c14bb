"""The notary, for endpoints."""

from typing import Annotated, TypeAlias

from fastapi import Depends

from nabij_backend.caller.dependencies import TheParts
from nabij_backend.log.notary import Notary


async def _notary(parts: TheParts) -> Notary:
    return Notary(parts.signer, parts.settings.public_url)


TheNotary: TypeAlias = Annotated[Notary, Depends(_notary)]
"""What receipts and notes are signed with."""
