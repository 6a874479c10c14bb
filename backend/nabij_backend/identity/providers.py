"""Which identity provider the settings name. Firebase takes a second to load: when it is used."""

from nabij_backend.identity.local import ISSUER, LocalIdentity, require_loopback
from nabij_backend.identity.sign_in import IdentityProvider
from nabij_backend.settings import Settings


def open_provider(settings: Settings) -> IdentityProvider:
    """The provider that vouches for sign-ins.

    Raises:
        IdentityMisconfigured: it would let anybody in; the message says what to change.
        MissingSetting: Firebase without a project.
    """
    if settings.identity == "local":
        require_loopback(settings.host)
        return LocalIdentity.open(settings.data_folder)
    from nabij_backend.identity.firebase import FirebaseIdentity  # noqa: PLC0415 - takes a second

    return FirebaseIdentity(settings.required_firebase_project)


def issuer_of(settings: Settings) -> str:
    """What the provider calls itself in its tokens, as `iss`.

    Raises:
        MissingSetting: Firebase without a project.
    """
    if settings.identity == "local":
        return ISSUER
    from nabij_backend.identity.firebase import ISSUER_PREFIX  # noqa: PLC0415 - takes a second

    return ISSUER_PREFIX + settings.required_firebase_project
