"""Giving leaves their places in the log.

Rules:

1. one sequencer works at a time; another finds the log taken and does nothing;
2. leaves get their places in the order in which they came, without gaps;
3. nothing is signed unless the stored tree is just the one that the newest checkpoint signed:
   where it is another, or the signature does not hold, sequencing stops until a person looks;
4. leaves, nodes and the checkpoint over them are stored together or not at all;
5. the time in a checkpoint never falls, also where the clock was set back. A log has grown where
   its tree has: time proves nothing.
"""

from datetime import datetime

from nabij_backend.db import Connection
from nabij_backend.log import repository
from nabij_backend.log.documents import Checkpoint, read_checkpoint
from nabij_backend.signing import InvalidSignature, Kind, Signer
from nabij_backend.trouble import Trouble
from nabij_consent import Frontier, InvalidProof, frontier, root_nodes, whole_milliseconds

MOST_AT_ONCE = 1_000


class DamagedLog(Trouble):
    """The stored log is not the one that was signed last, so nothing more is signed.

    Run `nabij fsck`: it tells what differs.
    """


async def sequence_once(
    connection: Connection, signer: Signer, now: datetime, *, most: int = MOST_AT_ONCE
) -> int:
    """One round, on a connection of the worker; returns how many leaves got their places.

    Raises:
        DamagedLog: rule 3.
    """
    async with connection.transaction():
        if not await repository.take_log(connection):
            return 0
        arrived = await repository.arrivals(connection, most)
        if not arrived:
            return 0
        tree, signed_at = await _signed_tree(connection, signer)
        grown, completed = tree.append(arrived.values())
        await repository.append(connection, tree.size, arrived, completed)
        at = whole_milliseconds(now)
        await _sign(connection, grown, signer, at if signed_at is None else max(at, signed_at))
        return len(arrived)


async def _sign(connection: Connection, tree: Frontier, signer: Signer, at: datetime) -> None:
    log_id = await repository.log_id(connection)
    checkpoint = Checkpoint(log_id, tree.size, tree.root, at)
    text = signer.sign(checkpoint.document(), typ=Kind.CHECKPOINT)
    await repository.append_checkpoint(connection, checkpoint, text)


async def _signed_tree(connection: Connection, signer: Signer) -> tuple[Frontier, datetime | None]:
    """The stored tree, which is the one that was signed last, and when; None: never."""
    size = await repository.leaf_count(connection)
    stored = await repository.newest_checkpoint(connection)
    if stored is None:
        if size:
            raise DamagedLog
        return Frontier(), None
    try:
        signed = read_checkpoint(stored.text, signer.public())
        tree = frontier(size, await repository.nodes(connection, root_nodes(size)))
    except (InvalidSignature, InvalidProof, KeyError) as error:
        raise DamagedLog from error
    here = await repository.log_id(connection)
    if (signed.log_id, signed.tree_size, signed.root_hash) != (here, tree.size, tree.root):
        raise DamagedLog
    return tree, signed.signed_at
