"""Signatures of tokens that were verified, so that each is verified once.

Kept is the SHA-256 digest of a token with its key: of its claims nothing, and neither whether they
count now. Those are looked at whenever the token comes, and so is whether its key still counts.
"""

import hashlib
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Final

MOST_TOKENS: Final = 20_000


class VerifiedSignatures:
    """The tokens of this process that came last, ``most`` of them."""

    def __init__(self, most: int = MOST_TOKENS) -> None:
        self._most = most
        self._kept: OrderedDict[tuple[bytes, Hashable], None] = OrderedDict()

    def verify(self, token: str, key: Hashable, verify: Callable[[], None]) -> None:
        """Call ``verify``, which raises where ``key`` did not sign, unless it has passed before."""
        signed = hashlib.sha256(token.encode()).digest(), key
        if signed not in self._kept:
            verify()
        self._kept[signed] = None
        self._kept.move_to_end(signed)
        if len(self._kept) > self._most:
            self._kept.popitem(last=False)
