"""The transaction of a withdrawal."""

from collections.abc import AsyncGenerator
from dataclasses import replace
from typing import Annotated, TypeAlias

from fastapi import Depends, Header

from nabij_backend.caller.credentials import AnyCredentials
from nabij_backend.caller.dependencies import (
    MandateId,
    OperationName,
    TheParts,
    of_person,
    verified,
)
from nabij_backend.consents import repository
from nabij_backend.db import SignInDigest, SubjectSession, UnknownPerson
from nabij_backend.identity import Revocation

_IfMatch: TypeAlias = Annotated[
    str | None,
    Header(
        alias="If-Match",
        description="`*`: only of a person of whom something is known. Else nothing is recorded.",
    ),
]


async def _withdrawing(
    parts: TheParts,
    name: OperationName,
    credentials: AnyCredentials,
    mandate_id: MandateId,
    if_match: _IfMatch = None,
) -> AsyncGenerator[SubjectSession]:
    sign_in = await verified(parts, credentials, Revocation.ASKED_IF_POSSIBLE)
    digest = sign_in.digest(parts.identity_key)
    caller = SignInDigest(digest, must_be_known=if_match is not None)
    async with parts.database.transaction_of(name, caller, reserved=True) as session:
        asked = replace(session, revocation_unknown=sign_in.revocation_unknown)
        person = await of_person(parts, asked, mandate_id)
        if if_match is not None and not await repository.last_number(person):
            raise UnknownPerson
        yield person


Withdrawing = Annotated[SubjectSession, Depends(_withdrawing, scope="function")]
"""A transaction on a reserved connection, of the person whom the token names or the mandate is for.

Where the identity provider cannot be asked whether the token was revoked, it opens all the same.
With ``If-Match`` only of somebody of whom an act is recorded.
"""
