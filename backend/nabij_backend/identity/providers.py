"""The identity provider that the settings name; Firebase is loaded when it is used."""

from typing import TYPE_CHECKING

from nabij_backend.google import Tell
from nabij_backend.identity.errors import IdentityMisconfigured
from nabij_backend.identity.local import ISSUER, LocalIdentity, require_loopback
from nabij_backend.identity.loopback import is_loopback
from nabij_backend.identity.sign_in import IdentityProvider
from nabij_backend.settings import Settings

if TYPE_CHECKING:
    from nabij_backend.identity.app_check import AppCheck


def open_provider(settings: Settings, tell: Tell) -> IdentityProvider:
    """Return the provider that vouches for sign-ins; ``tell`` is told where it cannot.

    Raises:
        IdentityMisconfigured: it would let anybody in; the message says what to change.
        MissingSetting: Firebase without a project.
    """
    if settings.identity == "local":
        require_loopback(settings.host)
        return LocalIdentity.open(settings.data_folder)
    from nabij_backend.identity.firebase import FirebaseIdentity  # noqa: PLC0415 - takes a second

    identity = FirebaseIdentity(settings.required_firebase_project, tell=tell)
    if identity.emulated and not is_loopback(settings.host):
        raise IdentityMisconfigured(
            "An emulator's tokens are anybody's: listen on 127.0.0.1, or do without the emulator."
        )
    return identity


def open_app_check(settings: Settings, tell: Tell) -> "AppCheck | None":
    """Return what tells the supplier's own apps from others; None where that is not asked for.

    Raises:
        IdentityMisconfigured: there is no Firebase that could tell.
        MissingSetting: Firebase without a project.
    """
    if not settings.app_check:
        return None
    if settings.identity != "firebase":
        raise IdentityMisconfigured("NABIJ_APP_CHECK needs NABIJ_IDENTITY=firebase.")
    from nabij_backend.identity.app_check import AppCheck  # noqa: PLC0415 - takes a second

    return AppCheck(settings.required_firebase_project, tell=tell)


def issuer_of(settings: Settings) -> str:
    """Return what the provider calls itself in its tokens, as `iss`.

    Raises:
        MissingSetting: Firebase without a project.
    """
    if settings.identity == "local":
        return ISSUER
    from nabij_backend.identity.firebase import ISSUER_PREFIX  # noqa: PLC0415 - takes a second

    return ISSUER_PREFIX + settings.required_firebase_project
