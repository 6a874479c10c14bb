"""Sequencing of leaves, and signing of checkpoints.

Rules:

1. one sequencer works at a time; another finds the log taken and does nothing;
2. leaves get their places in the order in which they came, without gaps;
3. nothing is signed unless the stored tree is just the one that the newest checkpoint signed:
   where it is another, or the signature does not hold, sequencing stops until a person looks;
4. leaves, nodes and the checkpoint over them are stored together or not at all;
5. the time in a checkpoint never falls, also where the clock was set back. A log has grown where
   its tree has: time proves nothing;
6. nothing is signed, either, where the log lacks the newest checkpoint that this host knows
   (``known``): a restored log that went on under its own name would contradict what it signed. It
   goes on as a successor, of which every checkpoint names the logs before it (``documents``).
"""

from datetime import datetime
from uuid import UUID

from nabij_backend.db import Connection
from nabij_backend.errors import UserError
from nabij_backend.log import repository
from nabij_backend.log.documents import Checkpoint, Succession, read_checkpoint
from nabij_backend.log.known import KnownLog
from nabij_backend.signing import InvalidSignature, JwsType, Signer
from nabij_consent import Frontier, InvalidProof, frontier, root_nodes, whole_milliseconds

MOST_AT_ONCE = 1_000


class DamagedLog(UserError):
    """The stored log is not the one that was signed last, so nothing more is signed.

    Run `nabij fsck`: it tells what differs.
    """


async def sequence_once(
    connection: Connection, signer: Signer, now: datetime, *, most: int = MOST_AT_ONCE
) -> int:
    """Run one round, on a connection of the worker; return how many leaves got their places.

    Raises:
        DamagedLog: rule 3.
        LogDisagrees: rule 6.
    """
    known = KnownLog(signer)
    async with connection.transaction():
        if not await repository.take_log(connection):
            return 0
        arrived = await repository.arrivals(connection, most)
        if not arrived:
            return 0
        tree, signed_at = await _signed_tree(connection, signer)
        await known.require(connection)
        grown, completed = tree.append(arrived.values())
        await repository.append(connection, tree.size, arrived, completed)
        text = await _sign(connection, grown, signer, _not_before(signed_at, now))
    await known.keep(text)
    return len(arrived)


async def begin_successor(
    connection: Connection,
    signer: Signer,
    log_id: UUID,
    ended: tuple[Succession, ...],
    now: datetime,
) -> None:
    """Go on under another name, on a connection of the owner.

    ``ended``: how the newest log ended, and after it each log that followed it and is lost with
    what was restored. The last of them gives way to the log ``log_id``.

    Raises:
        DamagedLog: rule 3.
    """
    text = None
    async with connection.transaction():
        await repository.hold_log(connection)
        tree, signed_at = await _signed_tree(connection, signer)
        names = [*(each.log_id for each in ended[1:]), log_id]
        for name, end in zip(names, ended, strict=True):
            await repository.append_log(connection, name, end)
        if tree.size:
            text = await _sign(connection, tree, signer, _not_before(signed_at, now))
    if text is not None:
        await KnownLog(signer).keep(text)


def _not_before(signed_at: datetime | None, now: datetime) -> datetime:
    """Return when to sign by rule 5."""
    at = whole_milliseconds(now)
    return at if signed_at is None else max(at, signed_at)


async def _sign(connection: Connection, tree: Frontier, signer: Signer, at: datetime) -> str:
    log_id = await repository.log_id(connection)
    before = await repository.lineage(connection)
    checkpoint = Checkpoint(log_id, tree.size, tree.root, at, before)
    text = signer.sign(checkpoint.document(), typ=JwsType.CHECKPOINT)
    await repository.append_checkpoint(connection, checkpoint, text)
    return text


async def _signed_tree(connection: Connection, signer: Signer) -> tuple[Frontier, datetime | None]:
    """Return the stored tree, which is the one that was signed last, and when; None: never."""
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
