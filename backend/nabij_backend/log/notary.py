"""Signed notes of the log's checkpoints, with cosignatures of witnesses."""

from dataclasses import dataclass

from nabij_backend.db import Connection
from nabij_backend.log import repository
from nabij_backend.log.repository import StoredCheckpoint
from nabij_backend.signed_notes import Note, TreeHead, origin_of
from nabij_backend.signing import Signer


@dataclass(frozen=True, slots=True)
class Notary:
    """What notes are written with: the keys, and the service's address, which names its log."""

    signer: Signer
    issuer: str

    async def origin(self, connection: Connection) -> str:
        """Return the name in notes of the log that grows."""
        return origin_of(self.issuer, await repository.log_id(connection))

    async def note(self, connection: Connection, stored: StoredCheckpoint) -> Note:
        """Return the head as a note, with what witnesses cosigned of it."""
        origin = origin_of(self.issuer, stored.log_id)
        head = TreeHead(origin, stored.tree_size, stored.root_hash)
        lines = await repository.cosignatures_of(connection, stored.tree_size, origin)
        return Note(head, (self.signer.sign_note(head), *lines))
