"""Accounts at Google, through firebase-admin.

Source: https://firebase.google.com/docs/auth/admin/manage-sessions#detect_id_token_revocation
"""

from typing import Protocol, cast

from firebase_admin import auth as firebase_auth

from nabij_backend.firebase_app import (
    ERRORS,
    App,
    ask_once,
    close_app,
    open_app,
    outage_of,
)
from nabij_backend.google import Outage
from nabij_backend.identity.errors import IdentityUnavailable, TokenRejection

_NOBODY = "nabij-looks-whether-accounts-can-be-read"


class _User(Protocol):
    @property
    def disabled(self) -> bool: ...

    @property
    def tokens_valid_after_timestamp(self) -> int: ...


class _Client(Protocol):
    def get_user(self, uid: str) -> _User: ...


class _Auth(Protocol):
    UserNotFoundError: type[Exception]

    def Client(self, app: App) -> _Client: ...  # noqa: N802 - the library names it so


_AUTH = cast("_Auth", firebase_auth)


class Accounts:
    """The accounts of one project; asking needs the operator's credentials. Blocks."""

    def __init__(self, project_id: str) -> None:
        self._app = open_app(project_id, "accounts")
        self._client: _Client | None = None

    def rejection(self, subject: str, issued_at: int) -> TokenRejection | None:
        """Why an account's token of this time (seconds since 1970) counts no longer; None: it does.

        Raises:
            IdentityUnavailable: Google cannot be reached, or our credentials do not suffice.
        """
        outage = None
        try:
            user = self._asked().get_user(subject)
            if user.disabled:
                return TokenRejection.DISABLED
            if issued_at * 1000 < user.tokens_valid_after_timestamp:
                return TokenRejection.REVOKED
        except _AUTH.UserNotFoundError:
            return TokenRejection.UNKNOWN_ACCOUNT
        except ERRORS as error:
            outage = outage_of(error, Outage.ACCOUNTS)
        # Raised here, so that no traceback carries what quotes the account.
        if outage is not None:
            raise IdentityUnavailable(outage)
        return None

    def require_readable(self) -> None:
        """Return if Google answers for an account that does not exist.

        Raises:
            IdentityUnavailable: it does not; the outage says what is wrong.
        """
        self.rejection(_NOBODY, issued_at=0)

    def close(self) -> None:
        """Give up the connections."""
        close_app(self._app)

    def _asked(self) -> _Client:
        if self._client is None:  # reads the credentials
            self._client = _AUTH.Client(self._app)
            ask_once(self._client, "_user_manager.http_client.session")
        return self._client
