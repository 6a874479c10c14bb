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
from typing import TYPE_CHECKING, Final
from uuid import UUID

from nabij._adapters import APPROXIMATE_M
from nabij._errors import NoPosition, OutsideEurope
from nabij_consent import Purpose, Signal
from nabij_geo import Cell, OutsideGrid, Position
from nabij_geo.quiet import quiet_tiles

if TYPE_CHECKING:
    from nabij._coarsening import Coarsener
    from nabij._scheduling import SquareQueue
    from nabij._store import Store

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


class QuietPlaces:
    """The quiet places of one device."""

    def __init__(self, store: "Store", coarsener: "Coarsener", squares: "SquareQueue") -> None:
        self._store = store
        self._coarsener = coarsener
        self._squares = squares

    def mark(self, quiet: QuietPlace, place: Position, purpose: Purpose) -> Cell | None:
        """Mark a place, and drop what waits of it.

        Returns:
            the square to tell in place of the last one, where that one is of the place.

        Raises:
            NoPosition: the place is not known well enough.
            OutsideEurope: no square holds it.
            ValueError: there are too many.
        """
        if len(self._store.quiet_places()) >= MOST_QUIET_PLACES:
            raise ValueError(f"There are {MOST_QUIET_PLACES} quiet places: remove one first.")
        if place.accuracy_m is None or place.accuracy_m > APPROXIMATE_M / 2:
            raise NoPosition
        tiles = _tiles(place)
        if tiles is None:
            raise OutsideEurope
        squares = self._coarsener.forget_place(place)
        self._store.add_quiet(quiet, tiles)
        for row in self._squares.waiting(purpose):
            if row.status in squares:
                self._store.remove(row)
        told = self._store.reported(purpose, Signal.GPS)
        if told is None or told.status not in squares:
            return None
        return self._coarsener.last_told(squares)

    def unmark(self, place_id: UUID) -> None:
        """Let a place be told like any other, from the next look on, which may come at once."""
        self._store.remove_quiet(place_id)
        self._coarsener.look_again()


def _tiles(place: Position) -> frozenset[str] | None:
    # Without the grid's error as context, no traceback leads back to the position.
    try:
        return quiet_tiles(place)
    except OutsideGrid:
        return None
