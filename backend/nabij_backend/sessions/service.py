"""The page's session, of which nothing is stored."""

from datetime import datetime, timedelta

from nabij_backend.http.problems import Problem, ProblemType
from nabij_backend.identity import IdentityProvider, InvalidToken, LocalIdentity, SignIn
from nabij_backend.sessions.schemas import FirebaseSignIn, LocalCustomer, LocalSignIn, Session
from nabij_backend.settings import Settings

_LOCAL_SESSION = timedelta(hours=8)


async def session_of(
    token: str | None, identity: IdentityProvider, settings: Settings, now: datetime
) -> Session:
    """Return the session that a token makes."""
    signed_in = None if token is None else await _verified(token, identity, now)
    return Session(
        signed_in=signed_in is not None,
        customer=_name(signed_in, settings),
        sign_in=_way_in(settings),
        dutch_map=settings.dutch_map,
    )


def local_token(
    customer: str, identity: IdentityProvider, settings: Settings, now: datetime
) -> str:
    """Return a token for a made-up customer.

    Raises:
        Problem: sign-ins are not made up here, or no such customer is.
    """
    if not isinstance(identity, LocalIdentity) or customer not in settings.local_customers:
        raise Problem(ProblemType.NO_LOCAL_SIGN_IN)
    return identity.issue(customer, now=now, lifetime=_LOCAL_SESSION)


async def _verified(token: str, identity: IdentityProvider, now: datetime) -> SignIn | None:
    try:
        return await identity.verify(token, now=now)
    except InvalidToken:
        return None


def _name(signed_in: SignIn | None, settings: Settings) -> str | None:
    if signed_in is None or settings.identity != "local":
        return None
    return _shown(signed_in.subject)


def _shown(customer: str) -> str:
    return customer.partition("-")[0]


def _way_in(settings: Settings) -> LocalSignIn | FirebaseSignIn | None:
    if settings.identity == "local":
        people = settings.local_customers
        customers = tuple(LocalCustomer(id=each, name=_shown(each)) for each in people)
        return LocalSignIn(kind="local", customers=customers)
    if settings.firebase_api_key is None:
        return None
    project = settings.required_firebase_project
    return FirebaseSignIn(
        kind="firebase",
        api_key=settings.firebase_api_key,
        auth_domain=f"{project}.firebaseapp.com",
        project_id=project,
    )
