"""The dependencies of endpoints: the parts of the service, and a transaction for the caller.

Every transaction is committed before the answer is sent (``scope="function"``): what was
acknowledged is stored.
"""

from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, TypeAlias, cast
from uuid import UUID

from fastapi import Depends, Header, Request
from fastapi.security import HTTPAuthorizationCredentials

from nabij_backend.caller import mandates
from nabij_backend.caller.credentials import AnyCredentials
from nabij_backend.db import Connection, Database, SignInDigest, SubjectSession
from nabij_backend.http.limits import Limits
from nabij_backend.http.problems import Problem, ProblemType
from nabij_backend.identity import (
    IdentityProvider,
    InvalidToken,
    Revocation,
    SignIn,
    TokenRejection,
)
from nabij_backend.identity.tokens import expires_at
from nabij_backend.metrics import Metrics
from nabij_backend.settings import Settings
from nabij_backend.signing import Signer

if TYPE_CHECKING:
    from nabij_backend.identity.app_check import AppCheck


@dataclass(frozen=True, slots=True)
class Parts:
    """All that the service is made of. Time, identifiers and randomness are passed in."""

    settings: Settings
    database: Database
    identity: IdentityProvider
    app_check: "AppCheck | None"
    identity_key: bytes
    signer: Signer
    metrics: Metrics
    clock: Callable[[], datetime]
    new_id: Callable[[], UUID]
    random_bytes: Callable[[int], bytes]
    limits: Limits

    def close(self) -> None:
        """Give up the connections to others. Blocks: call it in a thread."""
        self.identity.close()
        if self.app_check is not None:
            self.app_check.close()


async def _parts(request: Request) -> Parts:
    return cast("Parts", request.app.state.parts)


TheParts = Annotated[Parts, Depends(_parts)]
"""The service's parts, as ``create_app`` put them together."""


async def _operation(request: Request) -> str:
    return request.scope["route"].name


OperationName: TypeAlias = Annotated[str, Depends(_operation)]
"""The name of the operation that was asked for, which its transaction has in metrics."""


@dataclass(frozen=True, slots=True)
class Presence:
    """Who is signed in, and until when; no transaction goes with it."""

    subject_id: UUID
    until: datetime


_MANDATE = "Nabij-Mandate"


async def _one_mandate(
    request: Request,
    mandate_id: Annotated[
        UUID | None,
        Header(alias=_MANDATE, description="Act for somebody else, with the mandate of this id."),
    ] = None,
) -> UUID | None:
    # Of two, one would be acted on and the other perhaps logged by a proxy.
    if len(request.headers.getlist(_MANDATE)) > 1:
        raise Problem(ProblemType.INVALID_REQUEST)
    return mandate_id


MandateId: TypeAlias = Annotated[UUID | None, Depends(_one_mandate)]
"""The mandate that the caller names; None: they act for themselves."""


async def _without_mandate(request: Request, credentials: AnyCredentials) -> AnyCredentials:
    # Taken for the agent's own call, it would do to the agent what was meant for the customer.
    if _MANDATE in request.headers:
        raise Problem(ProblemType.NOT_BY_MANDATE)
    return credentials


_Credentials: TypeAlias = Annotated[HTTPAuthorizationCredentials | None, Depends(_without_mandate)]


async def verified(
    parts: Parts, credentials: HTTPAuthorizationCredentials | None, revocation: Revocation
) -> SignIn:
    """Return the sign-in that the token proves.

    Raises:
        InvalidToken: there is no token, or one that does not count.
        IdentityUnavailable: the identity provider could not be asked.
    """
    if credentials is None:
        raise InvalidToken(TokenRejection.MALFORMED)
    return await parts.identity.verify(
        credentials.credentials, revocation=revocation, now=parts.clock()
    )


async def of_person(
    parts: Parts, session: SubjectSession, mandate_id: UUID | None
) -> SubjectSession:
    """Return the session of the person for whom the mandate is; without one, ``session``.

    Raises:
        Problem: there is no such mandate.
    """
    if mandate_id is None:
        return session
    return await mandates.act_for(session, mandate_id, entry_id=parts.new_id(), now=parts.clock())


@asynccontextmanager
async def entered(
    parts: Parts,
    name: str,
    credentials: HTTPAuthorizationCredentials | None,
    revocation: Revocation = Revocation.NOT_ASKED,
    mandate_id: UUID | None = None,
) -> AsyncGenerator[SubjectSession]:
    """Open a transaction of this name, of the person of the token or of the mandate.

    Raises:
        InvalidToken, IdentityUnavailable: as ``verified``.
        TooMany: the customer asks too often.
        Problem: there is no such mandate.
    """
    digest = (await verified(parts, credentials, revocation)).digest(parts.identity_key)
    parts.limits.customers.require(digest)
    async with parts.database.transaction_of(name, SignInDigest(digest)) as session:
        yield await of_person(parts, session, mandate_id)


async def _attested(
    parts: TheParts,
    app_check: Annotated[
        str | None,
        Header(
            alias="X-Firebase-AppCheck",
            description="App Check token of the app, where the service asks for one.",
        ),
    ] = None,
) -> None:
    if parts.app_check is None:
        return
    if app_check is None or not await parts.app_check.attests(app_check):
        raise Problem(ProblemType.NOT_ATTESTED)


async def _public(parts: TheParts, name: OperationName) -> AsyncGenerator[Connection]:
    async with parts.database.transaction(name) as connection:
        yield connection


async def _signed_in(
    parts: TheParts, name: OperationName, credentials: _Credentials
) -> AsyncGenerator[SubjectSession]:
    async with entered(parts, name, credentials) as session:
        yield session


async def _checked(
    parts: TheParts, name: OperationName, credentials: _Credentials
) -> AsyncGenerator[SubjectSession]:
    async with entered(parts, name, credentials, Revocation.ASKED) as session:
        yield session


async def _for_person(
    parts: TheParts, name: OperationName, credentials: AnyCredentials, mandate_id: MandateId
) -> AsyncGenerator[SubjectSession]:
    async with entered(parts, name, credentials, mandate_id=mandate_id) as session:
        yield session


async def _for_person_checked(
    parts: TheParts, name: OperationName, credentials: AnyCredentials, mandate_id: MandateId
) -> AsyncGenerator[SubjectSession]:
    async with entered(parts, name, credentials, Revocation.ASKED, mandate_id) as session:
        yield session


async def _for_known_person(
    parts: TheParts, name: OperationName, credentials: AnyCredentials, mandate_id: MandateId
) -> AsyncGenerator[SubjectSession]:
    digest = (await verified(parts, credentials, Revocation.ASKED)).digest(parts.identity_key)
    person = SignInDigest(digest, must_be_known=True)
    async with parts.database.transaction_of(name, person, reserved=True) as session:
        yield await of_person(parts, session, mandate_id)


async def _present(
    parts: TheParts, name: OperationName, credentials: _Credentials
) -> AsyncGenerator[Presence]:
    if credentials is None:
        raise InvalidToken(TokenRejection.MALFORMED)
    async with entered(parts, name, credentials) as session:
        presence = Presence(session.subject_id, expires_at(credentials.credentials))
    async with parts.limits.stream(presence.subject_id):
        yield presence


async def _visitor(
    parts: TheParts, name: OperationName, credentials: _Credentials
) -> AsyncGenerator[SubjectSession | Connection]:
    public = credentials is None
    opened = parts.database.transaction(name) if public else entered(parts, name, credentials)
    async with opened as visitor:
        yield visitor


async def _privacy_control(
    sec_gpc: Annotated[
        str | None, Header(description="1: the browser asks not to be tracked; kept with the act.")
    ] = None,
) -> bool:
    return sec_gpc == "1"


PrivacyControl = Annotated[bool, Depends(_privacy_control)]
"""Whether the browser sent Global Privacy Control (W3C), which is never a yes."""

FromApp = Depends(_attested)
"""For what only an app does: where App Check is on, it comes from one that Firebase attests.

What a person does for themselves never depends on it.
"""

PublicConnection = Annotated[Connection, Depends(_public, scope="function")]
"""A transaction that sees what is public."""

SignedIn = Annotated[SubjectSession, Depends(_signed_in, scope="function")]
"""A transaction of the person whom the token names."""

Checked = Annotated[SubjectSession, Depends(_checked, scope="function")]
"""The same, after asking the identity provider whether the token was revoked."""

ForPerson = Annotated[SubjectSession, Depends(_for_person, scope="function")]
"""A transaction of the person whom the token names, or whom they hold the named mandate for."""

ForPersonChecked = Annotated[SubjectSession, Depends(_for_person_checked, scope="function")]
"""The same, after asking the identity provider whether the token was revoked."""

ForKnownPerson = Annotated[SubjectSession, Depends(_for_known_person, scope="function")]
"""The same, for erasing: on a reserved connection, and nobody becomes known by asking."""

Present = Annotated[Presence, Depends(_present)]
"""Who is signed in, for a stream, of which a customer and the process have so many.

The transaction that found out has ended.
"""

Visitor = Annotated[SubjectSession | Connection, Depends(_visitor, scope="function")]
"""A transaction of the person, or a public one where no token came along."""
