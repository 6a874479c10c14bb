"""Check that customers reach the address that receipts name."""

from nabij_backend.errors import UserError
from nabij_backend.identity.loopback import is_loopback
from nabij_backend.settings import Settings


class PublicUrlNotReachable(UserError):
    """Receipts would name an address of this machine alone, though others reach the service.

    Set NABIJ_PUBLIC_URL to the https address that customers use.
    """


def require_reachable(settings: Settings) -> None:
    """Let a loopback address pass only where the service listens on loopback.

    Raises:
        NotReachable: it listens elsewhere.
    """
    if not (is_reachable(settings) or is_loopback(settings.host)):
        raise PublicUrlNotReachable


def is_reachable(settings: Settings) -> bool:
    """Return whether others than this machine reach the address.

    Settings take http on loopback only.
    """
    return settings.public_url.startswith("https://")
