"""The catalogue that this device keeps and ranks by itself, so that it asks nobody what is near.

Rules:

1. where the service has one file of everything, what is asked depends on nothing but what is held:
   not on where the device is, and not on what a customer types. Where the catalogue is too large
   for that, the regions of 100 km that a question reaches are asked for, and kept;
2. whether there is a newer version is looked for at the first question, a day after the last look,
   and at ``refresh``; a look that failed counts as one;
3. a file counts once it is whole: its length and SHA-256 are those of the manifest, and it says of
   itself that it is that version and region;
4. what is held stays until what takes its place is whole and kept; an older version never does;
5. how the last look ended is told: see ``CatalogueOutcome``. It fails a question only where nothing
   is held;
6. regions are forgotten with the permission to know where the device is.
"""

import hashlib
import json
import logging
import math
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final, TypedDict, TypeVar

from nabij._decode import FileEntry, Manifest, read_manifest
from nabij._errors import (
    NabijError,
    NotReachable,
    Rejected,
    ServiceUnavailable,
    UnknownAnswer,
)
from nabij._telling import Network
from nabij._values import CatalogueOutcome, CatalogueState
from nabij._wire import Call, Identity, content_of, understand
from nabij_geo import (
    EVERYWHERE,
    Catalogue,
    CatalogueSource,
    Cell,
    InvalidCatalogue,
    Position,
    Ranked,
    candidates,
    decode,
    nearest,
    project,
    unproject,
)

if TYPE_CHECKING:
    from nabij._store import Shelf

T = TypeVar("T")

_log = logging.getLogger("nabij.catalogue")

LOOK_EVERY: Final = timedelta(days=1)
_MANIFEST: Final = "manifest.json"
_NOT_MODIFIED: Final = 304
_GONE: Final = "/problems/other-catalogue"


class Kinds(TypedDict):
    """Which sources are wanted; None: all."""

    technologies: Collection[str] | None
    owner_kinds: Collection[str] | None


@dataclass(frozen=True, slots=True)
class HeldManifest:
    """The manifest that counts on this device, when the service last said that it is current."""

    manifest: Manifest
    etag: str
    checked_at: datetime


class HeldCatalogue:
    """What this device keeps of the catalogue. Its questions are generators, as use cases are."""

    def __init__(self, shelf: "Shelf", now: Callable[[], datetime]) -> None:
        self._shelf = shelf
        self._now = now
        self._held = _read_held(shelf)
        self._decoded: dict[str, Catalogue] = {}
        self._outcome = CatalogueOutcome.CURRENT
        self._looked_at = self._held and self._held.checked_at

    @property
    def state(self) -> CatalogueState | None:
        """Which version is held, and how the last look for a newer one ended."""
        if self._held is None:
            return None
        manifest = self._held.manifest
        return CatalogueState(
            manifest.version, manifest.changed_at, self._held.checked_at, self._outcome
        )

    def near(self, position: Position, k: int, kinds: Kinds) -> Network[list[Ranked]]:
        """Return the ``k`` nearest sources."""
        yield from self._look_if_due()
        return (yield from self._of_one_version(lambda: self._near(position, k, kinds)))

    def around(self, cell: Cell, k: int, kinds: Kinds) -> Network[list[CatalogueSource]]:
        """Return every source that is among the ``k`` nearest for some place in ``cell``."""
        yield from self._look_if_due()
        return (yield from self._of_one_version(lambda: self._around(cell, k, kinds)))

    def look_again(self) -> Network[None]:
        """Look for a newer version of what is held."""
        if self._held is not None:
            yield from self._look()

    def forget_regions(self) -> None:
        """Keep nothing that says where the device was: not on disk, and not here."""
        if self._held is None or EVERYWHERE in self._held.manifest.files:
            return
        self._held = self._looked_at = None
        self._decoded.clear()
        self._tidy(frozenset())

    def _look_if_due(self) -> Network[None]:
        now = self._now()
        if (
            self._held is None
            or self._looked_at is None
            or not self._looked_at <= now < self._looked_at + LOOK_EVERY
        ):
            yield from self._look()

    def _look(self) -> Network[None]:
        self._looked_at = self._now()
        try:
            try:
                yield from self._look_once()
            except Rejected as refusal:
                if refusal.problem.type != _GONE:
                    raise
                yield from self._look_once()  # it changed between manifest and file
        except NabijError as error:
            self._outcome = _outcome_of(error)
            _log.info("the catalogue was not renewed: %s", self._outcome)
            if self._held is None:
                raise

    def _look_once(self) -> Network[None]:
        held = self._held
        known = {"If-None-Match": held.etag} if held and held.etag else {}
        answer = yield Call("GET", "/v1/catalogue", Identity.NOBODY, headers=known)
        if held is not None and answer.status == _NOT_MODIFIED:
            self._confirm(held)
            return
        manifest = understand(answer, read_manifest)
        if held is not None and manifest.version < held.manifest.version:
            self._outcome = CatalogueOutcome.OLDER
        elif held is not None and manifest == held.manifest:
            self._confirm(held)
        else:
            yield from self._take(
                HeldManifest(manifest, answer.headers.get("etag", ""), self._now())
            )

    def _confirm(self, held: HeldManifest) -> None:
        self._outcome = CatalogueOutcome.CURRENT
        self._held = HeldManifest(held.manifest, held.etag, self._now())
        self._keep({}, self._held)

    def _take(self, new: HeldManifest) -> Network[None]:
        """Hold ``new`` in place of what was held, once all of it that is needed is here."""
        wanted = [EVERYWHERE] if EVERYWHERE in new.manifest.files else self._regions_held()
        fetched: dict[str, bytes] = {}
        for region in wanted:
            entry = new.manifest.files.get(region)
            if entry is not None and not self._has(entry):
                content = yield from _fetch(entry)
                self._decoded[entry.sha256] = _read_file(content, new.manifest, entry)
                fetched[_name(entry)] = content
        self._outcome = CatalogueOutcome.CURRENT
        if self._keep(fetched, new) or self._held is None:
            self._held = new
            self._tidy(self._names())

    def _keep(self, files: Mapping[str, bytes], held: HeldManifest) -> bool:
        """Write files, then which of them count; False where there is no room."""
        try:
            for name, content in files.items():
                self._shelf.write(name, content)
            self._shelf.write(_MANIFEST, _written(held))
        except OSError:
            self._outcome = CatalogueOutcome.NO_ROOM
            return False
        return True

    def _tidy(self, names: frozenset[str]) -> None:
        try:
            self._shelf.keep_only(names)
        except OSError as error:
            _log.warning("an old catalogue could not be deleted: %s", type(error).__name__)
        kept = {name.removesuffix(".json") for name in names}
        self._decoded = {each: held for each, held in self._decoded.items() if each in kept}

    def _names(self) -> frozenset[str]:
        files = self._held.manifest.files.values() if self._held else ()
        return frozenset({_MANIFEST, *(_name(each) for each in files)})

    def _has(self, entry: FileEntry) -> bool:
        return entry.sha256 in self._decoded or self._shelf.read(_name(entry)) is not None

    def _regions_held(self) -> list[str]:
        if self._held is None:
            return []
        return [name for name, entry in self._held.manifest.files.items() if self._has(entry)]

    def _of_one_version(self, ask: Callable[[], Network[list[T]]]) -> Network[list[T]]:
        """Return what ``ask`` finds; ask again where the catalogue changed meanwhile."""
        try:
            return (yield from ask())
        except Rejected as refusal:
            if refusal.problem.type != _GONE:
                raise
            yield from self._look()
            return (yield from ask())

    def _near(self, position: Position, k: int, kinds: Kinds) -> Network[list[Ranked]]:
        reached = yield from self._reached(position, lambda found: _kth_m(found, k), k, kinds)
        return nearest(reached, position, k, **kinds)

    def _around(self, cell: Cell, k: int, kinds: Kinds) -> Network[list[CatalogueSource]]:
        margin_m = 2 * cell.farthest_from_centre_m
        centre = unproject(cell.centre)
        reached = yield from self._reached(
            centre, lambda found: _kth_m(found, k) + margin_m, k, kinds
        )
        return candidates(reached, cell, k, **kinds)

    def _reached(
        self,
        position: Position,
        reach_m: Callable[[list[Ranked]], float],
        k: int,
        kinds: Kinds,
    ) -> Network[Catalogue]:
        """Return everything that a question reaches.

        ``reach_m`` tells how far, from what was found.
        """
        manifest = self._manifest
        if EVERYWHERE in manifest.files:
            return (yield from self._file(manifest.files[EVERYWHERE]))
        point = project(position)
        by_distance = sorted(
            (Cell.parse(region).distance_interval(point).nearest_m, region)
            for region in manifest.files
        )
        reached = Catalogue.joined(manifest.version, [])
        parts: list[Catalogue] = []
        for distance_m, region in by_distance:
            if distance_m > reach_m(nearest(reached, position, k, **kinds)):
                break
            parts.append((yield from self._file(manifest.files[region])))
            reached = Catalogue.joined(manifest.version, parts)
        return reached

    @property
    def _manifest(self) -> Manifest:
        if self._held is None:
            raise UnknownAnswer
        return self._held.manifest

    def _file(self, entry: FileEntry) -> Network[Catalogue]:
        if entry.sha256 not in self._decoded:
            self._decoded[entry.sha256] = yield from self._opened(entry)
        return self._decoded[entry.sha256]

    def _opened(self, entry: FileEntry) -> Network[Catalogue]:
        content = self._shelf.read(_name(entry))
        if content is not None and _is_whole(content, entry):
            return _read_file(content, self._manifest, entry)
        content = yield from _fetch(entry)
        catalogue = _read_file(content, self._manifest, entry)
        try:
            self._shelf.write(_name(entry), content)
        except OSError:
            self._outcome = CatalogueOutcome.NO_ROOM
        return catalogue


def _fetch(entry: FileEntry) -> Network[bytes]:
    content = content_of((yield Call("GET", entry.path, Identity.NOBODY)))
    if not _is_whole(content, entry):
        raise UnknownAnswer
    return content


def _is_whole(content: bytes, entry: FileEntry) -> bool:
    return len(content) == entry.size and hashlib.sha256(content).hexdigest() == entry.sha256


def _read_file(content: bytes, manifest: Manifest, entry: FileEntry) -> Catalogue:
    try:
        catalogue = decode(json.loads(content))
    except (InvalidCatalogue, ValueError) as error:
        raise UnknownAnswer from error
    if (catalogue.version, catalogue.region) != (manifest.version, entry.region):
        raise UnknownAnswer
    return catalogue


def _name(entry: FileEntry) -> str:
    return f"{entry.sha256}.json"


def _written(held: HeldManifest) -> bytes:
    manifest = held.manifest
    document = {
        "etag": held.etag,
        "checked_at": held.checked_at.isoformat(),
        "manifest": {
            "version": manifest.version,
            "changed_at": manifest.changed_at.isoformat(),
            "files": [
                {"region": region, "path": each.path, "bytes": each.size, "sha256": each.sha256}
                for region, each in manifest.files.items()
            ],
        },
    }
    return json.dumps(document).encode()


def _read_held(shelf: "Shelf") -> HeldManifest | None:
    try:
        document = json.loads(shelf.read(_MANIFEST) or b"null")
        checked_at = datetime.fromisoformat(document["checked_at"])
        return HeldManifest(read_manifest(document["manifest"]), str(document["etag"]), checked_at)
    except (KeyError, TypeError, ValueError):
        return None  # there is none, or it is damaged: it is fetched anew


def _kth_m(found: list[Ranked], k: int) -> float:
    return found[-1].distance_m if len(found) == k else math.inf


def _outcome_of(error: NabijError) -> CatalogueOutcome:
    match error:
        case NotReachable():
            return CatalogueOutcome.NOT_REACHABLE
        case ServiceUnavailable():
            return CatalogueOutcome.UNAVAILABLE
        case _:
            return CatalogueOutcome.DAMAGED
