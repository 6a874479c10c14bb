"""The places that can be typed, kept on this device: who types one tells nobody.

They are looked for a day after the last look; where that fails, those that are here are used.
"""

import json
import unicodedata
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from nabij._decode import Named, read_places
from nabij._errors import NabijError
from nabij._telling import Network
from nabij._values import Place
from nabij._wire import Call, Identity, understand

if TYPE_CHECKING:
    from nabij._store import Shelf

_FILE: Final = "places.json"
_LOOK_EVERY: Final = timedelta(days=1)
_MOST: Final = 10
_NOT_MODIFIED: Final = 304


class HeldPlaces:
    """The places of this device. Its questions are generators, as use cases are."""

    def __init__(self, shelf: "Shelf", now: Callable[[], datetime]) -> None:
        self._shelf = shelf
        self._now = now
        places, self._etag = _read(shelf)
        self._places = _folded_by_name(places)
        self._looked_at: datetime | None = None

    def find(self, query: str) -> Network[list[Place]]:
        """Return the ten largest whose name begins as ``query`` does, accents and case aside."""
        wanted = folded(query)
        if not wanted:
            return []
        now = self._now()
        is_due = self._looked_at is None or not timedelta(0) <= now - self._looked_at < _LOOK_EVERY
        if not self._places or is_due:
            yield from self._look()
        found = (
            place for names, place in self._places if any(name.startswith(wanted) for name in names)
        )
        return sorted(found, key=lambda each: -each.population)[:_MOST]

    def _look(self) -> Network[None]:
        self._looked_at = self._now()
        known = {"If-None-Match": self._etag} if self._etag else {}
        try:
            answer = yield Call("GET", "/v1/places/all", Identity.NOBODY, headers=known)
            if answer.status == _NOT_MODIFIED and self._places:
                return
            self._places = _folded_by_name(understand(answer, read_places))
        except NabijError:
            if not self._places:
                raise
            return
        self._etag = answer.headers.get("etag", "")
        try:
            self._shelf.write(_FILE, json.dumps({"etag": self._etag, "all": answer.json}).encode())
        except OSError:
            return  # they count for as long as this process lives


def folded(name: str) -> str:
    """``name`` without what keyboards differ in: case and accents."""
    decomposed = unicodedata.normalize("NFKD", name.strip().casefold())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def _folded_by_name(places: Iterable[Named]) -> list[tuple[tuple[str, ...], Place]]:
    return [
        (tuple(map(folded, (each.place.name, *each.other_names))), each.place) for each in places
    ]


def _read(shelf: "Shelf") -> tuple[tuple[Named, ...], str]:
    try:
        document = json.loads(shelf.read(_FILE) or b"null")
        return read_places(document["all"]), str(document["etag"])
    except (KeyError, TypeError, ValueError):
        return (), ""  # there are none, or they are damaged: they are fetched anew
