"""The contract of a sender of push messages."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Protocol

from nabij_backend.google import Outage


class Delivery(StrEnum):
    """What became of a message."""

    TAKEN = "taken"
    NOBODY_THERE = "nobody-there"
    TRY_LATER = "try-later"


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of a message, by which error if by one, and how long to wait at least."""

    became: Delivery
    error: str | None = None
    retry_after: timedelta = timedelta()


class PushSender(Protocol):
    """Anything that can wake devices."""

    async def send(self, token: str) -> Sent:
        """Tell the device of this push token that consent has changed, and nothing else.

        Waits for a few seconds at most; what is not answered by then is to be tried later.
        """
        ...

    async def look(self) -> Outage | None:
        """Find out whether messages can be sent; returns what is out of reach or of no use."""
        ...

    def close(self) -> None:
        """Give up what is open. Blocks: call it in a thread."""
        ...
