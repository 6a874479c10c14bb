"""Firebase App Check: attestation that a request comes from the supplier's app.

Source: https://firebase.google.com/docs/app-check/custom-resource-backend. The library keeps
Google's keys for six hours.
"""

import json
from contextlib import suppress
from typing import Protocol, cast

import jwt
from firebase_admin import app_check as firebase_app_check
from google.auth.credentials import AnonymousCredentials

from nabij_backend.firebase_app import App, close_app, open_app
from nabij_backend.google import Calls, Outage, Tell
from nabij_backend.identity.errors import IdentityUnavailable


class _AppCheck(Protocol):
    def verify_token(self, token: str, app: App) -> dict[str, object]: ...


_APP_CHECK = cast("_AppCheck", firebase_app_check)
# Looked at in this order: the library's errors derive from one another.
_NO_KEYS = (jwt.PyJWKClientConnectionError, jwt.PyJWKSetError, json.JSONDecodeError, OSError)
_NOT_ATTESTED = (jwt.PyJWTError, ValueError, AttributeError, RecursionError)


class AppCheck:
    """Tells the project's own apps from everything else that sends requests."""

    def __init__(self, project_id: str, *, tell: Tell, calls: Calls | None = None) -> None:
        self._app = open_app(project_id, "app-check", AnonymousCredentials())
        self._tell = tell
        self._calls = calls or Calls()

    async def attests(self, token: str) -> bool:
        """Return whether Google vouches for the app that sends this App Check token.

        Raises:
            IdentityUnavailable: Google's keys cannot be had now.
        """
        attested = None
        with suppress(TimeoutError):
            attested = await self._calls.call(lambda: self._ask(token))
        if attested is None:
            self._tell(Outage.APP_CHECK)
            raise IdentityUnavailable(Outage.APP_CHECK)
        return attested

    def close(self) -> None:
        """Give up the connections. Blocks: call it in a thread."""
        close_app(self._app)

    def _ask(self, token: str) -> bool | None:
        """Return whether it is attested; None: nobody can tell."""
        try:
            _APP_CHECK.verify_token(token, self._app)
        except _NO_KEYS:
            return None
        except _NOT_ATTESTED:
            return False
        return True
