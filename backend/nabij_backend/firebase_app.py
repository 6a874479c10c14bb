"""Connection to one Firebase project: credentials and errors.

firebase-admin ships no types, so what is used of it is written down as protocols, here and in the
two modules that ask it something; nothing else imports it. Its messages quote tokens and accounts:
none of its errors leaves those modules.
"""

import itertools
import os
from collections.abc import Iterable, Mapping
from operator import attrgetter
from typing import TYPE_CHECKING, Protocol, cast

import firebase_admin
from firebase_admin import credentials as firebase_credentials
from firebase_admin import exceptions as firebase_exceptions
from google.auth.exceptions import DefaultCredentialsError, GoogleAuthError, RefreshError
from urllib3.util.retry import Retry

from nabij_backend.google import HTTP_TIMEOUT_S, Outage

if TYPE_CHECKING:
    import requests
    from requests.adapters import HTTPAdapter

CREDENTIALS_VARIABLE = "GOOGLE_APPLICATION_CREDENTIALS"


class App(Protocol):
    """A named connection to one Firebase project."""

    @property
    def name(self) -> str:
        """What tells it from others."""
        ...


class _Admin(Protocol):
    def initialize_app(self, credential: object, options: dict[str, object], name: str) -> App: ...

    def delete_app(self, app: App) -> None: ...


class _Credential(Protocol):
    def get_credential(self) -> object: ...


class _Credentials(Protocol):
    def ApplicationDefault(self) -> _Credential: ...  # noqa: N802 - the library names it so


class _Response(Protocol):
    @property
    def headers(self) -> Mapping[str, str]: ...


class FirebaseError(Protocol):
    """What every error of firebase-admin has."""

    @property
    def http_response(self) -> _Response | None:
        """What Google answered, if anything."""
        ...


class _Exceptions(Protocol):
    FirebaseError: type[Exception]
    PermissionDeniedError: type[Exception]
    UnauthenticatedError: type[Exception]
    NotFoundError: type[Exception]


_ADMIN = cast("_Admin", firebase_admin)
_CREDENTIALS = cast("_Credentials", firebase_credentials)
_EXCEPTIONS = cast("_Exceptions", firebase_exceptions)
_SERIAL = itertools.count(1)

ERRORS = (
    _EXCEPTIONS.FirebaseError,
    GoogleAuthError,
    OSError,
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
)
"""Whatever firebase-admin raises where Google does not answer as it should, or in another shape."""

_OF_CREDENTIALS = (
    DefaultCredentialsError,
    RefreshError,
    _EXCEPTIONS.PermissionDeniedError,
    _EXCEPTIONS.UnauthenticatedError,
)


def open_app(project_id: str, purpose: str, credential: object | None = None) -> App:
    """Open a named app of our own, with Application Default Credentials unless others are given.

    They are looked up when first needed; no default app is made, which is left to others.
    """
    options: dict[str, object] = {"projectId": project_id, "httpTimeout": HTTP_TIMEOUT_S}
    chosen = credential or _CREDENTIALS.ApplicationDefault()
    return _ADMIN.initialize_app(chosen, options, f"nabij-{purpose}-{next(_SERIAL)}")


def close_app(app: App) -> None:
    """Give up an app and its connections. Blocks, and runs an event loop: call it in a thread."""
    _ADMIN.delete_app(app)


def ask_once(service: object, session: str) -> None:
    """Let no request be tried again: that would wait as long as `Retry-After` says, for hours.

    Args:
        service: What sends the requests.
        session: Where it keeps its `requests.Session`, as dotted names: the library has no setting.
    """
    kept = cast("requests.Session", attrgetter(session)(service))
    for adapter in cast("Iterable[HTTPAdapter]", kept.adapters.values()):
        adapter.max_retries = Retry(0, read=False)


def named_credentials_are_usable() -> bool:
    """Return whether the key file that the environment names can be read.

    True where it names none.
    """
    if not os.environ.get(CREDENTIALS_VARIABLE):
        return True
    try:
        _CREDENTIALS.ApplicationDefault().get_credential()
    except (GoogleAuthError, OSError, ValueError):
        return False
    return True


def outage_of(error: Exception, api: Outage) -> Outage:
    """Return what an error of firebase-admin says is wrong, at a call to ``api``."""
    if isinstance(error, _OF_CREDENTIALS):
        return Outage.CREDENTIALS
    if isinstance(error, _EXCEPTIONS.NotFoundError):
        return Outage.PROJECT
    return api
