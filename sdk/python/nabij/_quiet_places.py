"""Places that the customer marked as quiet: they are never told.

Rules:

1. at a quiet place nothing is learned and nothing told of it; the square that was told last stands
   on, and is told again when its week is over, so that no gap shows where the phone is;
2. to mark a place forgets what was known of it. Where its square is the one that was told last,
   the last other one is told in its place, as soon as there is one;
3. the mark is the customer's own. It outlives a withdrawal, and ``forget_places``, until it is
   removed; what is kept of it are digests of the tiles around it, and the name that it was given;
4. of an approximate position nobody knows whether it is at a quiet place or near it, so five
   kilometres around are quiet.
"""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

MOST_QUIET_PLACES: Final = 32
LONGEST_NAME: Final = 64


@dataclass(frozen=True, slots=True)
class QuietPlace:
    """A place that is never told, as the customer called it; where it is, nothing tells.

    Raises:
        ValueError: the name is too long.
    """

    id: UUID
    name: str = ""

    def __post_init__(self) -> None:
        if len(self.name) > LONGEST_NAME:
            raise ValueError(f"A name has {LONGEST_NAME} characters at most.")
