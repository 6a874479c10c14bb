"""Push messages by Firebase Cloud Messaging, as data that the app reads in the background.

Source: https://firebase.google.com/docs/cloud-messaging/send/admin-sdk. firebase-admin ships no
types, so what is used of it is written down here. Its errors quote what was sent: none of them
leaves this module.
"""

import itertools
from collections.abc import Sequence
from typing import Protocol, cast

import firebase_admin
from firebase_admin import credentials as firebase_credentials
from firebase_admin import exceptions as firebase_exceptions
from firebase_admin import messaging as firebase_messaging
from google.auth.exceptions import GoogleAuthError

from nabij_backend.push.sender import Delivery
from nabij_backend.telemetry import log

HTTP_TIMEOUT_S = 3
_CONTENT = {"type": "consent-changed"}
_SERIAL = itertools.count(1)


class _App(Protocol):
    @property
    def name(self) -> str: ...


class _Admin(Protocol):
    def initialize_app(self, credential: object, options: dict[str, object], name: str) -> _App: ...

    def delete_app(self, app: _App) -> None: ...


class _Credentials(Protocol):
    def ApplicationDefault(self) -> object: ...  # noqa: N802 - the library names it so


class _Message(Protocol):
    fid: str | None
    token: str | None


class _Sent(Protocol):
    @property
    def success(self) -> bool: ...

    @property
    def exception(self) -> Exception | None: ...


class _Batch(Protocol):
    @property
    def responses(self) -> list[_Sent]: ...


class _Messaging(Protocol):
    UnregisteredError: type[Exception]
    SenderIdMismatchError: type[Exception]

    def AndroidConfig(self, *, priority: str) -> object: ...  # noqa: N802 - likewise

    def Message(  # noqa: N802 - likewise
        self, *, data: dict[str, str], android: object
    ) -> _Message: ...

    def send_each(self, messages: list[_Message], *, app: _App) -> _Batch: ...


class _Exceptions(Protocol):
    FirebaseError: type[Exception]


_ADMIN = cast("_Admin", firebase_admin)
_CREDENTIALS = cast("_Credentials", firebase_credentials)
_FIREBASE_ERROR = cast("_Exceptions", firebase_exceptions).FirebaseError
_MESSAGING = cast("_Messaging", firebase_messaging)
_NOBODY_THERE = (_MESSAGING.UnregisteredError, _MESSAGING.SenderIdMismatchError)


class FirebasePush:
    """Sends through one Firebase project, with Application Default Credentials."""

    def __init__(self, project_id: str) -> None:
        options: dict[str, object] = {"projectId": project_id, "httpTimeout": HTTP_TIMEOUT_S}
        self._app = _ADMIN.initialize_app(
            _CREDENTIALS.ApplicationDefault(), options, f"nabij-push-{next(_SERIAL)}"
        )

    def send(self, tokens: Sequence[str]) -> list[Delivery]:
        """Wake these devices; see `PushSender`."""
        try:
            batch = _MESSAGING.send_each([_message(each) for each in tokens], app=self._app)
        except (_FIREBASE_ERROR, GoogleAuthError, OSError) as error:
            log.warning("push-unavailable", error=type(error).__qualname__)
            return [Delivery.TRY_LATER] * len(tokens)
        return [_delivery(each) for each in batch.responses]

    def close(self) -> None:
        """Give up the connection to Google."""
        _ADMIN.delete_app(self._app)


def _message(token: str) -> _Message:
    """To a registration token, which has a colon, or to an installation ID, which replaces it."""
    message = _MESSAGING.Message(data=_CONTENT, android=_MESSAGING.AndroidConfig(priority="high"))
    # Set afterwards: the library warns of a token given here, and apps still hand them out.
    if ":" in token:
        message.token = token
    else:
        message.fid = token
    return message


def _delivery(sent: _Sent) -> Delivery:
    if sent.success:
        return Delivery.TAKEN
    if isinstance(sent.exception, _NOBODY_THERE):
        return Delivery.NOBODY_THERE
    return Delivery.TRY_LATER
