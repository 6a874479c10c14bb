"""The published catalogue: its current version and its files.

Rules:

1. the version is heard of (LISTEN), so that nobody's question costs a look at the database; while
   nothing can be heard it is looked up, at most once in ``FRESHNESS``. While the database is away,
   what is kept of the version known last is answered;
2. the files of a version are made once in a process, from one moment of the database, and are the
   same bytes in every process;
3. each square of 100 km with a source has a file of its own: who takes one of those tells which.
   While all of those are under ``LARGEST_WHOLE`` together, compressed, one file holds everything.
"""

import asyncio
import hashlib
import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import psycopg
from psycopg_pool import PoolTimeout
from pydantic_core import to_json

from nabij_backend.catalogue import repository
from nabij_backend.catalogue.repository import Edition
from nabij_backend.catalogue.schemas import (
    Attribution,
    CatalogueContents,
    CatalogueFile,
    CatalogueManifest,
)
from nabij_backend.db import Database
from nabij_backend.events.feed import Feed
from nabij_backend.http.answer_cache import AnswerCache
from nabij_backend.http.representations import Stored
from nabij_backend.http.response_cache import SentResponses
from nabij_backend.signing import JwsType, Signer
from nabij_geo import EVERYWHERE, Catalogue, Columns, encode

FRESHNESS: Final = timedelta(seconds=2)
LARGEST_WHOLE: Final = 1_000_000
MOST_ANSWER_BYTES: Final = 64 * 1024 * 1024
_JSON: Final = "application/json"


@dataclass(frozen=True, slots=True)
class Published:
    """The manifest and the files of a version, ready to be sent."""

    version: int
    manifest: Stored
    files: Mapping[str, Stored]

    @property
    def size(self) -> int:
        """How many bytes they take."""
        return sum(each.size for each in (self.manifest, *self.files.values()))


class CurrentCatalogue:
    """The version that is current, and what is kept of it in this process."""

    def __init__(
        self, database: Database, feed: Feed, clock: Callable[[], datetime], signer: Signer
    ) -> None:
        self._database = database
        self._feed = feed
        self._clock = clock
        self._signer = signer
        self.heard: int | None = None
        """The version that was heard of last; None: nothing is heard."""
        self._looked_up: tuple[int, datetime] | None = None
        self._looking = asyncio.Lock()
        self._published: AnswerCache[Published] = AnswerCache(math.inf)
        self.answers: AnswerCache[Stored] = AnswerCache(MOST_ANSWER_BYTES)
        """Answers about cells, of this version alone."""
        self.responses = SentResponses(lambda: self.heard)
        feed.on_catalogue = self._hear

    async def version(self) -> int:
        """Return the version that is current."""
        self._feed.listen()
        if self.heard is not None:
            return self.heard
        async with self._looking:
            return self.heard if self.heard is not None else await self._look_up()

    async def published(self) -> Published:
        """Return the files of the version that is current."""
        return await self._published.get(await self.version(), self._publish)

    async def _look_up(self) -> int:
        now = self._clock()
        known = self._looked_up
        if known is None or not timedelta(0) <= now - known[1] < FRESHNESS:
            try:
                await self._look()
            except (psycopg.OperationalError, PoolTimeout):
                if known is None:
                    raise
                self._know(known[0])
        return self._looked_up[0] if self._looked_up else 0

    async def _look(self) -> None:
        since = self._feed.listening_since
        async with self._database.transaction("catalogue_version") as connection:
            version = await repository.version(connection)
        self._know(version)
        # What is committed after LISTEN is heard of: nothing can be missed from here on.
        if self.heard is None and since is not None and since == self._feed.listening_since:
            self.heard = version

    def _hear(self, version: int | None) -> None:
        """Take over a version that was told; None: from now on nothing is heard."""
        known = self.heard if version is None else version
        if known is not None:
            self._know(known)  # until now
        self.heard = version

    def _know(self, version: int) -> None:
        if self._looked_up is not None and self._looked_up[0] != version:
            self.answers.clear()
            self._published.clear()
        self._looked_up = version, self._clock()

    async def _publish(self) -> Published:
        async with self._database.transaction("catalogue_files", snapshot=True) as connection:
            edition = await repository.edition(connection)
            owed = await repository.attribution(connection)
            rows = await repository.published(connection)
        return await asyncio.to_thread(
            lambda: published(edition, owed, rows.columns(), self._signer)
        )


def published(
    edition: Edition,
    owed: Iterable[Mapping[str, Any]],
    regions: Mapping[str, Columns],
    signer: Signer,
) -> Published:
    """Return the manifest and the files of one version."""
    version = edition.version
    catalogues = {
        region: Catalogue.of_columns(version, region, columns)
        for region, columns in sorted(regions.items())
    }
    files = {region: _file(each) for region, each in catalogues.items()}
    sources = {region: sum(each.columns["count"]) for region, each in catalogues.items()}
    sources[EVERYWHERE] = sum(sources.values())
    if sum(len(each.encoded["gzip"]) for each in files.values()) < LARGEST_WHOLE:
        joined = Catalogue.joined(version, [*catalogues.values()])
        whole = Catalogue.of_columns(version, EVERYWHERE, joined.columns)
        files = {EVERYWHERE: _file(whole), **files}
    contents = CatalogueContents(
        version=version,
        changed_at=edition.changed_at,
        sources=sources[EVERYWHERE],
        attribution=tuple(Attribution(**each) for each in owed),
        files=tuple(
            _entry(version, region, file, sources[region]) for region, file in files.items()
        ),
    )
    members = contents.model_dump(mode="json", by_alias=True)
    manifest = CatalogueManifest(**members, jws=signer.sign(members, typ=JwsType.CATALOGUE))
    return Published(version, _stored(manifest.model_dump_json(by_alias=True).encode()), files)


def _file(catalogue: Catalogue) -> Stored:
    return _stored(to_json(encode(catalogue)))


def _stored(content: bytes) -> Stored:
    return Stored(hashlib.sha256(content).hexdigest(), content, _JSON)


def _entry(version: int, region: str, file: Stored, sources: int) -> CatalogueFile:
    return CatalogueFile(
        region=region,
        path=f"/v1/catalogue/{version}/{region}",
        sources=sources,
        bytes=len(file.encoded["identity"]),
        gzip_bytes=len(file.encoded["gzip"]),
        sha256=file.name,
    )
