"""From a position to the square that may be told: the way of this device, and its memory.

``anchored`` is for what people carry: a place is told once somebody dwells there, and is the same
square for ever (``nabij_geo.anchoring``). ``plain`` is for what never moves, such as a gateway, and
for simulations: the square that holds the position, at once, unless the position may be off by more
than half of it.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from nabij_geo import (
    Anchors,
    Cell,
    InvalidAnchors,
    OutsideGrid,
    Position,
    Resolution,
)
from nabij_geo.quiet import quiet_tile

if TYPE_CHECKING:
    from nabij._store import Store

Coarsening: TypeAlias = Literal["anchored", "plain"]

_RESTING: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Square:
    """What may be told of a position: ``cell`` is None where that is nothing yet, or never."""

    in_europe: bool
    cell: Cell | None = field(repr=False)
    is_quiet: bool = False


class Coarsener:
    """Coarsens positions, and keeps in ``store`` what it has to remember for that."""

    def __init__(self, coarsening: Coarsening, store: "Store") -> None:
        self._plain = coarsening == "plain"
        self._store = store
        self._anchors = _read(store.places())
        self._looked_at: datetime | None = None
        self._wait = timedelta(0)

    @property
    def wants_seed(self) -> bool:
        """Whether this device remembers nothing, not even that there was nothing to remember."""
        return self._begins_anew() and not self._store.has_told()

    def seed(self, cells: Sequence[Cell]) -> None:
        """Begin with the squares that the service knows, or with the knowledge that it has none.

        How often each was told it does not know: the newer one counts for more.
        """
        ranks = {cell: len(cells) - place for place, cell in enumerate(cells)}
        self._remember(Anchors.seeded(ranks))

    def square(
        self, position: Position, now: datetime, resolution_m: Resolution, *, approximate: bool
    ) -> Square:
        """Return what may be told of ``position`` now."""
        holding = _holding(position, resolution_m)
        if holding is None:
            return Square(in_europe=False, cell=None)
        if self._store.is_quiet(quiet_tile(position, approximate=approximate)):
            self._looked_at, self._wait = now, _RESTING
            return Square(in_europe=True, cell=None, is_quiet=True)
        if self._plain:
            return Square(in_europe=True, cell=_told_plainly(position, holding))
        places = self._anchors.for_fixes(approximate=approximate)
        anchors = places.recalling(position, self._times_told)
        step = anchors.step(position, now.timestamp(), resolution_m)
        if step.anchors != self._anchors:
            self._remember(step.anchors)
        self._looked_at, self._wait = now, timedelta(seconds=step.wait_s)
        return Square(in_europe=True, cell=step.cell)

    def next_look(self, now: datetime) -> datetime | None:
        """Return when the next position is needed.

        None: now. A clock that was set back needs one now.
        """
        if self._looked_at is None or not self._looked_at <= now < self._looked_at + self._wait:
            return None
        return self._looked_at + self._wait

    def look_again(self) -> None:
        """Need a position now."""
        self._looked_at = None

    def forget_place(self, place: Position) -> frozenset[Cell]:
        """Forget what is known of a place; the squares that may have stood for it.

        Raises:
            OutsideGrid: no square holds it.
        """
        anchors, stood = self._anchors.without(place)
        if anchors != self._anchors:
            self._remember(anchors)
        self.look_again()
        return stood

    def last_told(self, but: frozenset[Cell]) -> Cell | None:
        """Return the square that was told last, but for these."""
        return self._anchors.last_told(but)

    def forget(self) -> None:
        """Remember no place and no square, on disk or here; take none over from the service."""
        self._remember(Anchors())
        self._store.forget_told()
        self.ended()

    def ended(self) -> None:
        """Remember no place here; the store forgets by itself when the last grant goes.

        It keeps digests of the squares that were told: a place in one of them tells it again, after
        a new yes within 30 days. So nobody makes a phone choose again by asking again.
        """
        self._anchors = Anchors()
        self._looked_at = None

    def _times_told(self, cell: Cell) -> int:
        return self._store.times_told(cell.code)

    def _begins_anew(self) -> bool:
        return not self._plain and self._store.places() is None

    def _remember(self, anchors: Anchors) -> None:
        told = {cell.code: times for cell, times in anchors.told_cells.items()}
        self._store.keep_places(json.dumps(anchors.document()), told)
        self._anchors = anchors


def _read(document: str | None) -> Anchors:
    try:
        return Anchors() if document is None else Anchors.from_document(json.loads(document))
    except (InvalidAnchors, ValueError):
        return Anchors()


def _told_plainly(position: Position, cell: Cell) -> Cell | None:
    accuracy_m = position.accuracy_m
    return cell if accuracy_m is not None and accuracy_m <= cell.resolution_m / 2 else None


def _holding(position: Position, resolution_m: Resolution) -> Cell | None:
    # Without the grid's error as context, no traceback leads back to the position.
    try:
        return Cell.containing(position, resolution_m)
    except OutsideGrid:
        return None
