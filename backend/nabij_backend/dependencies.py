"""What an endpoint may ask for: the service's parts, and a transaction of the right kind.

Every transaction is committed before the answer is sent (``scope="function"``): what was
acknowledged is stored.
"""

from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, TypeAlias, cast
from uuid import UUID

from fastapi import Depends, Header, Request
from fastapi.security import HTTPAuthorizationCredentials

from nabij_backend.consents import repository as acts
from nabij_backend.credentials import AnyCredentials
from nabij_backend.db import Connection, Database, SubjectSession, UnknownPerson
from nabij_backend.identity import IdentityProvider, InvalidToken, Rejection, Revocation, SignIn
from nabij_backend.identity.tokens import expires_at
from nabij_backend.limits import Limits
from nabij_backend.log.notary import Notary
from nabij_backend.metrics import Metrics
from nabij_backend.problems import Problem, ProblemType
from nabij_backend.rights import mandates
from nabij_backend.rights.export import service as exporting
from nabij_backend.settings import Settings
from nabij_backend.signing import Signer

if TYPE_CHECKING:
    from nabij_backend.catalogue.service import CurrentCatalogue
    from nabij_backend.events.feed import Feed
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
    catalogue: "CurrentCatalogue"
    feed: "Feed"
    limits: Limits

    @property
    def notary(self) -> Notary:
        """What receipts and notes name and are signed with."""
        return Notary(self.signer, self.settings.public_url)

    def close(self) -> None:
        """Give up the connections to others. Blocks: call it in a thread."""
        self.identity.close()
        if self.app_check is not None:
            self.app_check.close()


def _parts(request: Request) -> Parts:
    return cast("Parts", request.app.state.parts)


TheParts = Annotated[Parts, Depends(_parts)]
"""The service's parts, as ``create_app`` put them together."""


@dataclass(frozen=True, slots=True)
class Presence:
    """Who is signed in, and until when; no transaction goes with it."""

    subject_id: UUID
    until: datetime


_MANDATE = "Nabij-Mandate"


def _one_mandate(
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


_MandateId: TypeAlias = Annotated[UUID | None, Depends(_one_mandate)]


def _without_mandate(request: Request, credentials: AnyCredentials) -> AnyCredentials:
    # Taken for the agent's own call, it would do to the agent what was meant for the customer.
    if _MANDATE in request.headers:
        raise Problem(ProblemType.NOT_BY_MANDATE)
    return credentials


_Credentials: TypeAlias = Annotated[HTTPAuthorizationCredentials | None, Depends(_without_mandate)]


async def _sign_in(
    parts: Parts, credentials: HTTPAuthorizationCredentials | None, revocation: Revocation
) -> SignIn:
    if credentials is None:
        raise InvalidToken(Rejection.MALFORMED)
    return await parts.identity.verify(
        credentials.credentials, revocation=revocation, now=parts.clock()
    )


@asynccontextmanager
async def _entered(
    parts: Parts,
    credentials: HTTPAuthorizationCredentials | None,
    revocation: Revocation = Revocation.NOT_ASKED,
) -> AsyncGenerator[SubjectSession]:
    digest = (await _sign_in(parts, credentials, revocation)).digest(parts.identity_key)
    parts.limits.customers.require(digest)
    async with parts.database.subject_transaction(digest) as session:
        yield session


async def _of_person(
    parts: Parts, session: SubjectSession, mandate_id: UUID | None
) -> SubjectSession:
    if mandate_id is None:
        return session
    return await mandates.act_for(session, mandate_id, entry_id=parts.new_id(), now=parts.clock())


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


async def _public(parts: TheParts) -> AsyncGenerator[Connection]:
    async with parts.database.transaction() as connection:
        yield connection


async def _signed_in(parts: TheParts, credentials: _Credentials) -> AsyncGenerator[SubjectSession]:
    async with _entered(parts, credentials) as session:
        yield session


async def _checked(parts: TheParts, credentials: _Credentials) -> AsyncGenerator[SubjectSession]:
    async with _entered(parts, credentials, Revocation.ASKED) as session:
        yield session


async def _for_person(
    parts: TheParts, credentials: AnyCredentials, mandate_id: _MandateId
) -> AsyncGenerator[SubjectSession]:
    async with _entered(parts, credentials) as session:
        yield await _of_person(parts, session, mandate_id)


async def _for_person_checked(
    parts: TheParts, credentials: AnyCredentials, mandate_id: _MandateId
) -> AsyncGenerator[SubjectSession]:
    async with _entered(parts, credentials, Revocation.ASKED) as session:
        yield await _of_person(parts, session, mandate_id)


_IfMatch: TypeAlias = Annotated[
    str | None,
    Header(
        alias="If-Match",
        description="`*`: only of a person of whom something is known. Else nothing is recorded.",
    ),
]


async def _for_person_if_known(
    parts: TheParts,
    credentials: AnyCredentials,
    mandate_id: _MandateId,
    if_match: _IfMatch = None,
) -> AsyncGenerator[SubjectSession]:
    sign_in = await _sign_in(parts, credentials, Revocation.ASKED_IF_POSSIBLE)
    digest = sign_in.digest(parts.identity_key)
    if if_match is None:
        entered = parts.database.subject_transaction(digest, reserved=True)
    else:
        entered = parts.database.known_transaction(digest, reserved=True)
    async with entered as session:
        asked = replace(session, revocation_unknown=sign_in.revocation_unknown)
        person = await _of_person(parts, asked, mandate_id)
        if if_match is not None and not await acts.last_number(person):
            raise UnknownPerson
        yield person


async def _for_known_person(
    parts: TheParts, credentials: AnyCredentials, mandate_id: _MandateId
) -> AsyncGenerator[SubjectSession]:
    digest = (await _sign_in(parts, credentials, Revocation.ASKED)).digest(parts.identity_key)
    async with parts.database.known_transaction(digest, reserved=True) as session:
        yield await _of_person(parts, session, mandate_id)


async def _exporting(parts: TheParts, credentials: AnyCredentials, mandate_id: _MandateId) -> UUID:
    async with _entered(parts, credentials, Revocation.ASKED) as session:
        person = await _of_person(parts, session, mandate_id)
        await exporting.note(person, entry_id=parts.new_id(), now=parts.clock())
    return person.subject_id


async def _present(parts: TheParts, credentials: _Credentials) -> AsyncGenerator[Presence]:
    if credentials is None:
        raise InvalidToken(Rejection.MALFORMED)
    async with _entered(parts, credentials) as session:
        presence = Presence(session.subject_id, expires_at(credentials.credentials))
    async with parts.limits.stream(presence.subject_id):
        yield presence


async def _visitor(
    parts: TheParts, credentials: _Credentials
) -> AsyncGenerator[SubjectSession | Connection]:
    entered = parts.database.transaction() if credentials is None else _entered(parts, credentials)
    async with entered as visitor:
        yield visitor


def _privacy_control(
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

ForPersonIfKnown = Annotated[SubjectSession, Depends(_for_person_if_known, scope="function")]
"""The same, for what ends consent: on a connection of its own, and where nobody can tell whether
the token was revoked, without being told.

With ``If-Match`` only of somebody of whom an act is recorded.
"""

ForKnownPerson = Annotated[SubjectSession, Depends(_for_known_person, scope="function")]
"""The same, for erasing: on a connection of its own, and nobody becomes known by asking."""

Exporting = Annotated[UUID, Depends(_exporting)]
"""Whose data is about to be exported, which is noted already: for a snapshot of its own."""

Present = Annotated[Presence, Depends(_present)]
"""Who is signed in, for a stream, of which a customer and the process have so many.

The transaction that found out has ended.
"""

Visitor = Annotated[SubjectSession | Connection, Depends(_visitor, scope="function")]
"""A transaction of the person, or a public one where no token came along."""
