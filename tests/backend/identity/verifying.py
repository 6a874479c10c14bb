"""A provider's answer, for tests without an event loop of their own."""

import asyncio
from datetime import datetime

from nabij_backend.identity import IdentityProvider, Revocation, SignIn


def verified(
    provider: IdentityProvider,
    token: str,
    *,
    revocation: Revocation = Revocation.NOT_ASKED,
    now: datetime,
) -> SignIn:
    """Who the provider says is calling."""
    return asyncio.run(provider.verify(token, revocation=revocation, now=now))
