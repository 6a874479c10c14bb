"""What a sender of push messages promises."""

from collections.abc import Sequence
from enum import Enum
from typing import Protocol


class Delivery(Enum):
    """What became of a message."""

    TAKEN = "taken"
    NOBODY_THERE = "nobody-there"
    TRY_LATER = "try-later"


class PushSender(Protocol):
    """Anything that can wake devices."""

    def send(self, tokens: Sequence[str]) -> list[Delivery]:
        """Tell each of these devices that consent has changed, and nothing else.

        Blocks on the network: call it in a thread.

        Args:
            tokens: at most 500 push tokens.

        Returns:
            What became of each message, in order.
        """
        ...

    def close(self) -> None:
        """Give up what is open."""
        ...
