"""Push messages by Firebase Cloud Messaging, as data that the app reads in the background.

Source: https://firebase.google.com/docs/cloud-messaging/send/admin-sdk. firebase-admin ships no
types, so what is used of it is written down here. Its errors quote what was sent: none of them
leaves this module.
"""

import re
from datetime import timedelta
from operator import attrgetter
from typing import Protocol, cast

from firebase_admin import exceptions as firebase_exceptions
from firebase_admin import messaging as firebase_messaging

from nabij_backend.firebase_app import (
    ERRORS,
    App,
    FirebaseError,
    ask_once,
    close_app,
    open_app,
    outage_of,
)
from nabij_backend.google import Calls, Outage, Tell
from nabij_backend.push.sender import Delivery, Sent

_CONTENT = {"type": "consent-changed"}
_NOBODY = "nabij-looks-whether-messages-can-be-sent:1"
# Enough to tell of a notice in minutes; each waits for an answer, the processor does not.
_AT_ONCE = 32
_SECONDS = re.compile("[0-9]{1,7}")


class _Message(Protocol):
    fid: str | None
    token: str | None


class _Messaging(Protocol):
    UnregisteredError: type[Exception]
    SenderIdMismatchError: type[Exception]
    QuotaExceededError: type[Exception]
    ThirdPartyAuthError: type[Exception]

    def AndroidConfig(self, *, priority: str) -> object: ...  # noqa: N802 - as it is named there

    def Message(  # noqa: N802 - likewise
        self, *, data: dict[str, str], android: object
    ) -> _Message: ...

    def send(self, message: _Message, *, dry_run: bool = False, app: App) -> str: ...


class _InvalidArgument(Protocol):
    InvalidArgumentError: type[Exception]


_MESSAGING = cast("_Messaging", firebase_messaging)
_INVALID = cast("_InvalidArgument", firebase_exceptions).InvalidArgumentError
_NOBODY_THERE = (_MESSAGING.UnregisteredError, _MESSAGING.SenderIdMismatchError)
_OF_ONE_DEVICE = (_MESSAGING.QuotaExceededError, _MESSAGING.ThirdPartyAuthError, _INVALID)


class FirebasePush:
    """Sends through one Firebase project, with Application Default Credentials."""

    def __init__(self, project_id: str, *, tell: Tell, calls: Calls | None = None) -> None:
        self._app = open_app(project_id, "push")
        self._tell = tell
        self._calls = calls or Calls(at_once=_AT_ONCE)
        self._asks_once = False

    async def send(self, token: str) -> Sent:
        """Wake this device; see `PushSender`."""
        try:
            sent, outage = await self._calls.call(lambda: self._try(token))
        except TimeoutError:
            sent, outage = Sent(Delivery.TRY_LATER, "TimeoutError"), Outage.PUSH
        if outage is not None:
            self._tell(outage)
        return sent

    async def look(self) -> Outage | None:
        """Ask for a message to nobody to be checked; returns what is out of reach or of no use."""
        try:
            _, outage = await self._calls.call(lambda: self._try(_NOBODY, dry_run=True))
        except TimeoutError:
            outage = Outage.PUSH
        if outage is not None:
            self._tell(outage)
        return outage

    def close(self) -> None:
        """Give up the connection to Google. Blocks: call it in a thread."""
        close_app(self._app)

    def _try(self, token: str, *, dry_run: bool = False) -> tuple[Sent, Outage | None]:
        try:
            if not self._asks_once:  # reads the credentials
                service = attrgetter("_get_messaging_service")(firebase_messaging)(self._app)
                ask_once(service, "_client.session")
                self._asks_once = True
            _MESSAGING.send(_message(token), dry_run=dry_run, app=self._app)
        except _NOBODY_THERE as error:
            return Sent(Delivery.NOBODY_THERE, type(error).__qualname__), None
        except _OF_ONE_DEVICE as error:
            return _later(error), None
        except ERRORS as error:
            return _later(error), outage_of(error, Outage.PUSH)
        return Sent(Delivery.TAKEN), None


def _message(token: str) -> _Message:
    """To a registration token, which has a colon, or to an installation ID, which replaces it."""
    message = _MESSAGING.Message(data=_CONTENT, android=_MESSAGING.AndroidConfig(priority="high"))
    # Set afterwards: the library warns of a token given here, and apps still hand them out.
    if ":" in token:
        message.token = token
    else:
        message.fid = token
    return message


def _later(error: Exception) -> Sent:
    return Sent(Delivery.TRY_LATER, type(error).__qualname__, _retry_after(error))


def _retry_after(error: Exception) -> timedelta:
    """Return how long Google asks to wait (RFC 9110 §10.2.3, in seconds).

    Zero where it does not say.
    """
    response = getattr(cast("FirebaseError", error), "http_response", None)
    told = "" if response is None else response.headers.get("Retry-After", "")
    return timedelta(seconds=int(told)) if _SECONDS.fullmatch(told) else timedelta()
